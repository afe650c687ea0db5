"""The words of shops in many languages: of class names, of buttons, of labels. Where a word stands tells what an amount is."""

import re

from dealhouse.scraping.parsers.page.letters import by_letter

# What an element's class, id, itemprop or test id says of the amounts in it.
(
    PRICE, CURRENT, OLD, UNIT, INSTALMENT, SHIPPING, SAVING, MEMBER, ELSEWHERE, FROM, HIDDEN, OPTION, REGULAR, REDUCED,
) = (1 << n for n in range(14))
NEVER = OLD | UNIT | INSTALMENT | SHIPPING | SAVING | MEMBER | OPTION

_NAMED = {
    PRICE: r"price|preis|prix|precio|pre[cç]o|prezzo|\bcena|hinta|\bpris\b|fiyat|harga|цена|(?<![a-z])amount|\bcost\b|\bcost[-_]",
    CURRENT: r"current|final|actual|sell(?:ing)?[-_ ]?price|sale[-_ ]?price|special|offer[-_ ]?price|now[-_ ]?price|"
             r"price[-_ ]?now|"
             r"our[-_ ]?price|buy(?:now|box)[-_ ]?|deal[-_ ]?price|price[-_ ]?to[-_ ]?pay|pricetopay|priceblock|main[-_ ]?price|"
             r"price[-_]?main|product[-_]?price|price[-_]{0,2}(?:value|sale|special|new)|new[-_ ]?price|itemprop:price\b|"
             r"promo[-_ ]?price|pdp[-_ ]?price|detail[-_ ]?price|discount(?:ed)?[-_ ]?price|price[-_]{0,2}discount|"
             r"item[-_]{1,2}sale",
    OLD: r"(?<![a-z])old(?![a-z])|oldprice|was[-_ ]?price|price[-_ ]?was|(?<![a-z])was(?![a-z])|list[-_ ]?price|"
         r"(?<![a-z])rrp|msrp|"
         r"(?<![a-z])uvp|strike|striked|crossed|cross[-_]?out|line[-_ ]?through|before[-_]?(?:price|discount|sale)|original|"
         r"compare[-_ ]?(?:at|price)|retail[-_ ]?price|(?<![a-z])prev(?:ious)?[-_ ]?price|reference[-_ ]?price|former|"
         r"statt[-_]?preis|"
         r"price[-_]{0,2}(?:was|before|list|retail|previous|crossed|compare)",
    REGULAR: r"regular|full[-_]?price|base[-_ ]?price|basisprice|normal[-_ ]?price|standard[-_ ]?price",
    UNIT: r"unit[-_ ]?price|price[-_ ]?per|priceper|per[-_ ]?unit|perunit|grundpreis|unit[-_ ]?cost|price[-_]{0,2}unit|"
          r"measurement|"
          r"base[-_ ]?unit|pricing[-_ ]?unit",
    INSTALMENT: r"instal|finance|financing|month|credit|klarna|afterpay|clearpay|affirm|zip[-_ ]?pay|paylater|parcel|"
                r"rata\b|raten|"
                r"leasing|lease|subscri|laybuy|emi\b|scalapay|tabby|tamara|paypal[-_ ]?message",
    SHIPPING: r"shipping|delivery|versand|livraison|freight|postage|entrega|dostav",
    SAVING: r"saving|(?<![a-z])save[sd]?(?![a-z])|you[-_ ]?save|coupon|cash[-_ ]?back|voucher|reward|points|bonus|loyal|badge",
    REDUCED: r"discount|rabatt|remise|percent",
    MEMBER: r"(?<![a-z])member|(?<![a-z])club|prime[-_ ]|(?<![a-z])vip|wholesale|b2b|tier[-_ ]?price|(?<![a-z])bulk|volume|"
            r"trade[-_ ]?in|(?<![a-z])sns[-_ ]|(?<![a-z])used[-_ ]",
    ELSEWHERE: r"related|relation|recommend|similar|upsell|cross[-_ ]?sell|carousel|also[-_ ]|bundle|accessor|"
               r"(?<![a-z])mini[-_ ]?(?:cart|basket|bag)|(?:cart|basket|bag)[-_ ]?(?:drawer|summary|total|popup|count|"
               r"preview|sidebar|"
               r"modal|flyout|overlay|notification|content|items?\b)|(?<!to-)(?<!to)(?<!to_)(?<![a-z])cart\Z|"
               r"footer|(?<![a-z])nav(?![a-z])|navbar|navigation|(?<![a-z])menu|(?<![a-z])review|recent|sponsor|advert|"
               r"compar(?:e|ison)(?![-_ ]?(?:at|price))|suggest|other[-_ ]?sellers|more[-_ ]?buying|you[-_ ]?may|"
               r"alternativ|popular|"
               r"best[-_ ]?sell|(?<![a-z])promo(?:tion)?s?[-_]?(?:box|block|slider|banner|list)|(?<![a-z])viewed|frequently|"
               r"wishlist|warranty|insurance|protection|services?[-_ ]|(?<![a-z])add[-_]?ons?(?![a-z])|complement|complete[-_ ]|"
               r"look[-_ ]?book|banner|(?<!product-)(?<!pdp-)(?<!price-)header|topbar|search|filters|facet|seo[-_ ]|cookie|modal|"
               r"popup|tooltip|dialog|drawer|breadcrumb|product[-_ ]?(?:list|grid|slider|tile|teaser)|(?<![a-z])swiper|slick|"
               r"owl[-_]|(?<![a-z])faq|(?<![a-z])news",
    HIDDEN: r"(?<![a-z-])hidden(?![a-z:])(?!.*:(?:block|flex|inline|grid))|d-none(?!.*d-(?:sm|md|lg|xl))|(?<![a-z])hide(?![a-z])|"
            r"is-hidden|display-none|(?<![a-z])aok-hidden|no-display",
    OPTION: r"swatch|variation(?![-_ ]?price)|(?<![a-z])option(?!s?[-_ ]?price)|select[-_ ]?box|dropdown|"
            r"size[-_ ]?(?:list|select)",
}
NAMED = tuple((mark, re.compile(by_letter(pattern))) for mark, pattern in _NAMED.items())

# What the words beside an amount say of it; the line that it stands in and the short one before.
_SAID = {
    OLD: r"\bwas\b|\brrp\b|\bmsrp\b|\buvp\b|list price|statt\b|instead of|\bavant\b|\bantes\b|\bprima\b|au lieu|en lieu|"
         r"prix conseill|"
         r"prezzo consigliat|unverb|pvpr|precio anterior|p\.?v\.?p\.? recom|regular price|original price|\bbisher|früher|"
         r"reg\.|retail|"
         r"usual price|previous|старая|было|\bdříve|původn|pôvodn|běžn|bežn|cena katalog|precio de lista|ordinarie|"
         r"tidligere|adviesprijs|"
         r"van voor|compare at|before|estimate|\best\.|starting bid|نقطة|بدلا|קודם|"
         r"מחיר מחירון|원가|정가|定价|定価|\bde:?$|\bdesde:?$",
    UNIT: r"/\s?(?:\d+\s?)?(?:kg|g|gr|ml|l|cl|dl|lb|oz|m|m2|m²|cm|ft|liter|litre|stk|stück|pcs?|piece|pieza|unit|count|"
          r"item|100)\b|"
          r"\bper (?:\d+\s?)?(?:kg|g|ml|l|litre|liter|oz|lb|unit|item|piece|100|m)\b|\bpro \d*\s?(?:kg|g|ml|l|stück|100)|"
          r"je \d*\s?(?:kg|g|ml|l|stück|100)|/ ?шт|за 100|\bcada\b|\ble (?:kilo|litre)",
    INSTALMENT: r"\d+\s?[x×]\s?(?:de|von|of|da|R\$|€|\$|£|\d)|/\s?mo\b|/\s?month|per month|a month|monthly|mtl|monatlich|"
                r"pro monat|par mois|/mois|"
                r"al mes|/mes\b|mensual|mensil|al mese|měsíčn|mesačn|miesięcz|мес|\binstal|instalment|installment|parcela|"
                r"sem juros|"
                r"em at[eé] \d|\brate|finanzier|financ|klarna|afterpay|clearpay|affirm|خصم شهري|شهري|קסط|תשלומים|할부|"
                r"interest[- ]free|"
                r"pay in \d|\bapr\b|/wk|per week|a week",
    SHIPPING: r"shipping|delivery|versand|lieferung|livraison|env[ií]o|spedizion|frete|portes|entrega|dostaw|doprav|"
              r"доставк|postage|"
              r"\bp&p|import fees?|free over|orders? over|from orders|משלוח|شحن|توصيل|배송|送料|運費|handling",
    SAVING: r"\bsave\b|you save|saving|\bspar|économi|economi[sz]|ahorr|risparmi|poupe|\boff\b|discount|rabatt|remise|descuento|"
            r"desconto|sconto|zľav|slev|скидк|выгод|oszczęd|korting|coupon|voucher|gutschein|cash ?back|reward|gift ?card|"
            r"giftcard|خصم|"
            r"توفير|הנחה|חיסכון|할인|%|pfand|deposit|\bbonus|points?\b|trade[- ]in",
    MEMBER: r"member|club|mitglied|prime\b|subscribe|abonn|with card|loyalty|wholesale|(?:buy|order|when you buy) \d+|\bused\b|"
            r"\bgebraucht|d'occasion|\busat[oi]\b|de segunda|new from|neu ab|neuf",
    FROM: r"\bfrom\b|\bab\b|à partir|a partir|\bdesde\b|\bdès\b|\bfra\b|\bfrån\b|\bvanaf\b|\bod\b|\bот\b|\bstarting at|as low as|"
          r"starts at|\bal[kc]aen|~$|부터|起$|\bup to\b|\bbis zu\b|jusqu|hasta\b|من$",
}
RRP = re.compile(r"\brrp\b|\bmsrp\b|\buvp\b|pvpr|prix conseill|prezzo consigliat|unverb|adviesprijs|list price")
SAID = tuple((mark, re.compile(by_letter(pattern))) for mark, pattern in _SAID.items())

BUY = frozenset("""
add to cart|add to basket|add to bag|add to shopping cart|add to shopping bag|add to trolley|add to my bag|add item to cart|
buy now|
buy it now|buy|buy online|order now|order|purchase|checkout now|place bid|bid now|add to order|shop now on|add|pre-order|preorder|
pre-order now|buy with one click|add to cart now|quick buy|get it now|
in den warenkorb|in den einkaufswagen|jetzt kaufen|kaufen|in den korb|zum warenkorb hinzufügen|vorbestellen|sofort kaufen|
bestellen|
jetzt bestellen|in warenkorb|in den einkaufswagen legen|in die tasche|
ajouter au panier|acheter|acheter maintenant|acheter cet article|ajouter|commander|précommander|j'achète|ajouter au sac|
añadir al carrito|agregar al carrito|comprar|comprar ahora|añadir a la cesta|añadir a la bolsa|añadir|agregar|reservar|comprar ya|
aggiungi al carrello|acquista|acquista ora|compra ora|compra|aggiungi|aggiungi alla borsa|acquista subito|
adicionar ao carrinho|adicionar|comprar agora|adicionar à sacola|colocar no carrinho|adicionar ao cesto|adicionar à cesta|
do košíka|pridať do košíka|kúpiť|vložit do košíku|přidat do košíku|koupit|do košíku|vložiť do košíka|
dodaj do koszyka|do koszyka|kup teraz|kup|kupuję|dodaj|
in winkelwagen|in winkelmandje|toevoegen aan winkelwagen|bestel|nu kopen|voeg toe aan winkelmandje|bestellen|
lägg i varukorgen|köp|köp nu|lägg i varukorg|legg i handlekurv|kjøp|kjøp nå|læg i kurv|køb|tilføj til kurv|lisää ostoskoriin|osta|
купить|в корзину|добавить в корзину|купить в 1 клик|заказать|положить в корзину|оформить заказ|купити|до кошика|
sepete ekle|satın al|hemen al|kosárba|kosárba teszem|megveszem|adaugă în coș|adauga in cos|cumpără|în coș|
أضف إلى السلة|اضف الى السلة|أضف إلى العربة|إضافة إلى السلة|اضف إلى السلة|اشتر الآن|أضف للسلة|اضافة للسلة|اشتري الآن|
أضف الى حقيبة التسوق|
أضف إلى الحقيبة|הוסף לסל|הוספה לסל|לקנייה|קנה עכשיו|הוסף לעגלה|קנה|הוסיפו לסל|
구매하기|장바구니|바로구매|장바구니 담기|カートに入れる|今すぐ買う|カートに追加|購入する|加入购物车|立即购买|加入購物車|立即購買|
thêm vào giỏ hàng|mua ngay|tambah ke keranjang|beli sekarang|beli|προσθήκη στο καλάθι|αγορά|добави в количката|купи|
dodaj u košaricu|
v košarico|kupi
""".replace("\n", "").split("|")) - {""}

OUT = re.compile(by_letter(
    r"out of stock|sold out|sold-out|currently unavailable|temporarily unavailable|no longer available|not available online|"
    r"item is unavailable|not in stock|unavailable for (?:delivery|purchase|shipping)|discontinued|this (?:item|listing|"
    r"product|auction) "
    r"(?:is|has) (?:unavailable|ended|sold|not available|been sold)|notify me when|email me when|back in stock|when available|"
    r"ausverkauft|nicht (?:auf lager|vorrätig|verfügbar|lieferbar|mehr verfügbar|mehr lieferbar)|derzeit nicht|"
    r"momentan nicht|vergriffen|"
    r"épuisé|rupture de stock|en rupture|actuellement indisponible|temporairement indisponible|plus disponible|"
    r"produit indisponible|"
    r"article indisponible|victime de son succès|"
    r"agotado|sin stock|sin existencias|no disponible|fuera de stock|"
    r"non disponibile|esaurito|attualmente non|terminato|"
    r"esgotado|indispon[ií]vel|fora de estoque|produto indispon|avise[- ]me quando|"
    r"vypredan|vyprodán|nie je skladom|není skladem|nedostupn|momentálne nedostupn|nie je na sklade|už nepredáva|"
    r"nie je možné (?:\w+ )?(?:kúpiť|objednať)|nelze (?:koupit|objednat)|"
    r"(?:can(?:not|'t)|can not) be (?:ordered|purchased)|nicht mehr erhältlich|nicht bestellbar|nie można kupić|"
    r"niedostępn|brak w magazynie|wyprzedan|produkt niedostępny|"
    r"uitverkocht|niet op voorraad|niet leverbaar|niet beschikbaar|"
    r"slutsåld|slut i lager|tillfälligt slut|utsolgt|ikke på lager|udsolgt|ikke tilgjengelig|loppuunmyyty|ei varastossa|"
    r"нет в наличии|нет на складе|распродан|товар закончился|недоступен|снят с продажи|немає в наявності|"
    r"tükendi|stokta yok|elfogyott|nincs készleten|nincs raktáron|stoc epuizat|indisponibil|nu este în stoc|"
    r"غير متوفر|نفدت الكمية|نفذت الكمية|نفد من المخزون|نفذ|غير متاح|אזל מהמלאי|אזל|אינו במלאי|אינו זמין|לא במלאי|"
    r"품절|일시품절|판매종료|매진|在庫切れ|売り切れ|品切れ|在庫なし|缺货|售罄|已售完|補貨中|hết hàng|stok habis|"
    r"εξαντλήθηκε|μη διαθέσιμο|изчерпан|няма наличност|rasprodano|ni na zalogi"
))
IN = re.compile(by_letter(
    r"\bin stock|available now|available online|ready to ship|left in stock|\bavailable\b(?! (?:in|at|when|from))|"
    r"auf lager|vorrätig|sofort lieferbar|lieferbar|verfügbar|en stock|disponible|disponibile|in magazzino|dispon[ií]vel|"
    r"em estoque|"
    r"skladom|na sklade|skladem|dostępny|na stanie|op voorraad|i lager|på lager|varastossa|в наличии|есть на складе|"
    r"stokta|raktáron|"
    r"készleten|în stoc|متوفر|متاح|במלאי|在庫あり|有货|现货|διαθέσιμο|в наличност"
))
IN_STORE = re.compile(  # what is said of shops, sizes and people, not of the product
    r"\?|store|pick ?up|collect|filiale|abholung|magasin|retrait|tienda|negozio|loja|prodejn|predajn|sklep|butik|магазин|mağaza|"
    r"reviews?|gift ?wrap|option|feature|service"
)
PREORDER = re.compile(by_letter(
    r"pre-?order|vorbestell|précommand|preventa|prevendita|pré-venda|предзаказ|předobjedn|predobjedn|"
    r"przedsprzeda"
))

_VALUE = r"([a-z0-9][a-z0-9./_-]{1,40}(?: [a-z0-9./_-]*\d[a-z0-9./_-]*){0,3})(?=$|[\s,;)|])"
_LABELS = (  # what is a label by itself
    r"sku|item (?:no|number|code|id)|item ?#|product (?:no|number|code|id|"
    r"ref\w*)|catalog(?:ue)? (?:no|number)|"
    r"article (?:no|number|code)|art(?:ikel)?\.?[-\s]?(?:nr|no|nummer|num|id)|bestell(?:nummer|[-\s]?nr)|artikelnummer|"
    r"produktnummer|ref\.|réf\.?|asin|varenr|varenummer|artnr|tuotenumero|cikkszám|артикул|katalognummer|post id|ad id|"
    r"listing id|id (?:del |do |du )?produ(?:ct|kt|it)?t?o?|n° d'article|stock (?:no|code|number)"
)
_NAMES = (  # what needs a colon or a line of its own after it
    r"ref|reference|referencia|referência|référence|código|cod|codice|kód|kod|číslo|indeks|код|stok kodu|ürün kodu|"
    r"מק\"ט|מק״ט|מספר קטלוגי|رمز المنتج|رقم المنتج|상품번호|상품코드|商品番号|品番|商品编号|货号"
)
_OF = (
    r"(?: (?:do |del |du )?(?:produto|producto|produit|prodotto|articolo|article|art|tovaru|"
    r"produktu|zboží|товара|продукта|no|n°|nº))?"
)
SKU = re.compile(
    rf"(?:^|[\n(\s])(?:(?:{by_letter(_LABELS)})\s*\.?\s*[:#]?\s*|(?:{by_letter(_NAMES)}){_OF}\s*\.?\s*[:#\n]\s*)" + _VALUE
)
BLOCKED = re.compile(by_letter(
    r"captcha|robot check|are you (?:a )?human|access denied|just a moment|attention required|pardon our interruption|"
    r"verify (?:you are|that you)|security check|request blocked|\bblocked\b|403 forbidden|bot detection|checking your browser"
))
GONE = re.compile(by_letter(
    r"\b404\b|page not found|not found|seite nicht gefunden|page introuvable|página no encontrada|pagina non trovata|"
    r"página não encontrada|страница не найдена|stránka nenalezena|stránka sa nenašla|nie znaleziono|error 5\d\d|"
    r"service unavailable|"
    r"does(?:n't| not) exist|can(?:'t|not) find"
))
PASSWORD = re.compile(by_letter(
    r"password protected|enter (?:store )?(?:using )?password|opening soon|passwortgeschützt|coming soon"
))
