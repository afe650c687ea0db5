{% macro product_followers() %}{{ return(['dim_product', 'fct_price_gaps']) }}{% endmacro %}

{#-
    Incremental strategy of fct_product_offers: the query gives the rows that differ from those kept. Whatever of a product differs,
    whether an offer came to it, left it or says something else, its followers (product_followers) tell that product anew.
-#}
{% macro get_incremental_product_news_sql(arg_dict) %}
    {%- set kept, news = arg_dict['target_relation'], arg_dict['temp_relation'] -%}
    {{ queue_products("select product_id from " ~ news) }};
    {{ queue_products(
        "select kept.product_id from " ~ kept ~ " as kept inner join " ~ news ~ " as news on kept.offer_id = news.offer_id"
    ) }};
    {{ get_delete_insert_merge_sql(kept, news, arg_dict['unique_key'], arg_dict['dest_columns'], none) }}
{% endmacro %}

{#- Queue products, given as a query of product_id, for every follower. -#}
{% macro queue_products(products) -%}
    insert into intermediate.products_to_redo (model, product_id)
    select followers.model, products.product_id
    from ({{ products }}) as products
    cross join (values {% for model in product_followers() %}('{{ model }}'){{ ', ' if not loop.last }}{% endfor %}) as followers (model)
    on conflict do nothing
{%- endmacro %}

{#-
    Pre-hook of fct_product_offers: forget the offers that are no product's any more; or everything, to start over, and then the
    followers start over, too.
-#}
{% macro forget_offers_without_product() -%}
    {%- if execute %}
        {%- if built_for() %}
            with gone as (
                delete from {{ this }} as kept
                where
                    not exists (select from {{ ref('int_offer_products') }} as matches where matches.offer_id = kept.offer_id)
                    or not exists (select from {{ ref('fct_offers') }} as offers where offers.offer_id = kept.offer_id)
                returning kept.product_id
            )
            {{ queue_products("select product_id from gone") }}
        {%- else %}
            {%- if is_incremental() %}truncate {{ this }};{% endif %}
            delete from intermediate.build_state
            where model in ({% for model in product_followers() %}'{{ model }}'{{ ', ' if not loop.last }}{% endfor %})
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{#- Subquery: the products that this build tells anew. -#}
{% macro queued_products() -%}
    select product_id from intermediate.products_to_redo where model = '{{ this.name }}'
{%- endmacro %}

{#- Post-hook of a follower: the queue is done. -#}
{% macro clear_product_queue() -%}
    delete from intermediate.products_to_redo where model = '{{ this.name }}'
{%- endmacro %}

{#- Pre-hook of dim_product: forget the queued products, and those of which matching says something else; or everything. -#}
{% macro forget_queued_products() -%}
    {%- if execute and is_incremental() %}
        {%- if built_for() %}
            insert into intermediate.products_to_redo (model, product_id)
            select '{{ this.name }}', products.product_id
            from {{ source('predictions', 'product') }} as products
            inner join {{ this }} as kept on products.product_id = kept.product_id
            where ({{ words_of_product('products') }}) is distinct from ({{ words_of_product('kept') }})
            on conflict do nothing;
            delete from {{ this }} where product_id in ({{ queued_products() }})
        {%- else %}
            truncate {{ this }}
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{#- What matching writes of a product. -#}
{% macro words_of_product(products) -%}
    {%- for name in [
        'item_group_id', 'title', 'brand', 'category', 'category_confidence', 'subcategory', 'google_category_id', 'tags', 'gtin',
        'image_url',
    ] -%}
        {{ products }}.{{ name }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#-
    Pre-hook of fct_price_gaps: our articles in the queued products, and those that were in them; their rows are forgotten. Or
    everything, to start over.
-#}
{% macro note_skus_to_redo() -%}
    {%- if execute and is_incremental() %}
        {%- if built_for() %}
            create temporary table skus_to_redo on commit drop as
            select sku from {{ ref('fct_product_offers') }} where is_house and product_id in ({{ queued_products() }})
            union
            select sku from {{ this }} where product_id in ({{ queued_products() }});
            analyze skus_to_redo;
            delete from {{ this }} where sku in (select sku from skus_to_redo)
        {%- else %}
            truncate {{ this }}
        {%- endif %}
    {%- endif %}
{%- endmacro %}
