-- breaking: no
-- Orders that cannot be read are few, and every question about protection asks which.
create index alerts_order_unreadable on alerts (protection_order_id) where kind = 'order-unreadable' and cleared_at is null;
