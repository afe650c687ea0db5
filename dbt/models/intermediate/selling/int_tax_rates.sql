{{ config(indexes=[{'columns': ['country', 'valid_from'], 'unique': true}]) }}

with

-- as tax offices state them; a change is a new row
final as (
    select *
    from (
        values
        ('AT', date '1984-01-01', null, 20.0),
        ('BE', date '1996-01-01', null, 21.0),
        ('BG', date '1999-01-01', null, 20.0),
        ('CH', date '2018-01-01', date '2024-01-01', 7.7),
        ('CH', date '2024-01-01', null, 8.1),
        ('CY', date '2014-01-13', null, 19.0),
        ('CZ', date '2013-01-01', null, 21.0),
        ('DE', date '2007-01-01', date '2020-07-01', 19.0),
        ('DE', date '2020-07-01', date '2021-01-01', 16.0),
        ('DE', date '2021-01-01', null, 19.0),
        ('DK', date '1992-01-01', null, 25.0),
        ('EE', date '2009-07-01', date '2024-01-01', 20.0),
        ('EE', date '2024-01-01', date '2025-07-01', 22.0),
        ('EE', date '2025-07-01', null, 24.0),
        ('ES', date '2012-09-01', null, 21.0),
        ('FI', date '2013-01-01', date '2024-09-01', 24.0),
        ('FI', date '2024-09-01', null, 25.5),
        ('FR', date '2014-01-01', null, 20.0),
        ('GB', date '2010-01-01', date '2011-01-04', 17.5),
        ('GB', date '2011-01-04', null, 20.0),
        ('GR', date '2016-06-01', null, 24.0),
        ('HR', date '2012-03-01', null, 25.0),
        ('HU', date '2012-01-01', null, 27.0),
        ('IE', date '2012-01-01', date '2020-09-01', 23.0),
        ('IE', date '2020-09-01', date '2021-03-01', 21.0),
        ('IE', date '2021-03-01', null, 23.0),
        ('IT', date '2013-10-01', null, 22.0),
        ('LT', date '2009-09-01', null, 21.0),
        ('LU', date '2015-01-01', date '2023-01-01', 17.0),
        ('LU', date '2023-01-01', date '2024-01-01', 16.0),
        ('LU', date '2024-01-01', null, 17.0),
        ('LV', date '2012-07-01', null, 21.0),
        ('MT', date '2004-01-01', null, 18.0),
        ('NL', date '2012-10-01', null, 21.0),
        ('NO', date '2005-01-01', null, 25.0),
        ('PL', date '2011-01-01', null, 23.0),
        ('PT', date '2011-01-01', null, 23.0),
        ('RO', date '2017-01-01', date '2025-08-01', 19.0),
        ('RO', date '2025-08-01', null, 21.0),
        ('SE', date '1990-07-01', null, 25.0),
        ('SI', date '2013-07-01', null, 22.0),
        ('SK', date '2011-01-01', date '2025-01-01', 20.0),
        ('SK', date '2025-01-01', null, 23.0)
    ) as rates (country, valid_from, valid_to, rate)
)

select * from final
