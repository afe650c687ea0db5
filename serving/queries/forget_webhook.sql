-- Nothing is posted for the customer of this transaction any more.
select contact.forget_webhook()
