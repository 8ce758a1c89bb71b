-- breaking: no
-- Evidence, and an alert of no order that is given to an organisation, read the events of one alert: among all there were.
create index alert_events_alert on alert_events (alert_id);
