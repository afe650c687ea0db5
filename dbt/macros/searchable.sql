{#- A text as words that a query meets: lower case, without accents, punctuation turned to spaces, letters and figures apart, so
    that "WH-1000XM4", "wh1000 xm4" and "WH 1000 XM4" are the same words. serving/words.py reads queries alike. -#}
{% macro searchable(text) -%}
    btrim(regexp_replace(regexp_replace(regexp_replace(
        lower(unaccent(coalesce({{ text }}, ''))), '[^[:alnum:]]+', ' ', 'g'), '([0-9])([^0-9 ])', '\1 \2', 'g'), '([^0-9 ])([0-9])', '\1 \2', 'g'
    ))
{%- endmacro %}

{#- The words of a text and, after them, their stems in its language: a plural finds the singular. -#}
{% macro search_vector(text, language=none) -%}
    to_tsvector('simple', {{ searchable(text) }}) || to_tsvector({{ stemmer(language) if language else "'english'" }}, {{ searchable(text) }})
{%- endmacro %}

{#- The stemmer of a language; English where there is none for it, and where nobody tells. -#}
{% macro stemmer(language) -%}
    (case lower(left({{ language }}, 2))
        when 'da' then 'danish' when 'de' then 'german' when 'es' then 'spanish' when 'fi' then 'finnish' when 'fr' then 'french'
        when 'hu' then 'hungarian' when 'it' then 'italian' when 'nl' then 'dutch' when 'no' then 'norwegian'
        when 'pt' then 'portuguese' when 'ro' then 'romanian' when 'sv' then 'swedish'
        else 'english'
    end)::regconfig
{%- endmacro %}
