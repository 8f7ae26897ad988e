"""What the API of sla takes and gives, as its OpenAPI document shows it."""
