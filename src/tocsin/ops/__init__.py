"""What operators need: health, metrics, heartbeat, and the tasks that keep it all alive."""
