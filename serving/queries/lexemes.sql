-- Each word with its stems in the languages that search documents are written in.
with

dictionaries as (
    select
        string_to_table(
            'danish_stem dutch_stem english_stem finnish_stem french_stem german_stem hungarian_stem italian_stem norwegian_stem '
            || 'portuguese_stem romanian_stem spanish_stem swedish_stem', ' '
        )::regdictionary as dictionary
),

given as (
    select unnest(%(words)s::text[]) as word
),

stems as (
    select
        given.word,
        unnest(ts_lexize(dictionaries.dictionary, given.word)) as lexeme
    from given
    cross join dictionaries
),

final as (
    select
        word,
        array_agg(distinct lexeme order by lexeme) as lexemes
    from stems
    where length(lexeme) >= 3
    group by word
)

select * from final
