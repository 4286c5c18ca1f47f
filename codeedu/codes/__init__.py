"""One value: what it could be, and why. No pandas, no HTML."""
