-- The product that took another one in, or no row.
select redirect_to
from publish.product_redirect
where version = %(product_redirect)s and product_id = %(product_id)s
