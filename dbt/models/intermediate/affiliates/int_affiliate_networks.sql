with

-- slots in braces: {sub_id} and {url} are filled where a link is shown, the others by the registry's `affiliate` option
final as (
    select *
    from (
        values
        (
            'awin',
            'https://www.awin1.com/cread.php?awinmid={merchant}&awinaffid={publisher}&clickref={sub_id}&ued={url}',
            'clickref',
            'awin1[.]com'
        ),
        (
            'impact',
            'https://{domain}/c/{publisher}/{ad}/{merchant}?subId1={sub_id}&u={url}',
            'subId1',
            '(sjv[.]io|pxf[.]io|evyy[.]net|7eer[.]net|ojrq[.]net)'
        ),
        (
            'cj',
            'https://{domain}/click-{publisher}-{ad}?sid={sub_id}&url={url}',
            'sid',
            '(anrdoezrs[.]net|dpbolvw[.]net|jdoqocy[.]com|kqzyfj[.]com|tkqlhce[.]com)'
        ),
        (
            'rakuten',
            'https://click.linksynergy.com/deeplink?id={publisher}&mid={merchant}&u1={sub_id}&murl={url}',
            'u1',
            'linksynergy[.]com'
        ),
        ('generic', '{template}', 'sub_id', null)
    ) as networks (network, template, sub_id_parameter, hosts)
)

select * from final
