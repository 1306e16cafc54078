FALLBACK = {"timeout": 15, "retries": 2}
