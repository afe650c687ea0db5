{#-
    A view that is replaced in place, so that what reads it stays: dbt's own `view` is swapped by rename and drops the old one with
    cascade, as its `table` does. For views that other views read; they see what is decided between two builds.
    A changed list of columns, or --full-refresh, makes it anew.
-#}
{% materialization replaced, adapter='postgres' %}
    {{ return(build_in_place('view')) }}
{% endmaterialization %}
