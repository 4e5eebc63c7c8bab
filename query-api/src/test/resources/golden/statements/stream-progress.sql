SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;
