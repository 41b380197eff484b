"""Types of resources whose changes put nothing at risk by themselves, and why."""

HARMLESS = {
    "aws_acm_certificate_validation": "It only waits.",
    "aws_ecs_cluster_capacity_providers": "It names where tasks may run; the service says where they do.",
    "aws_route_table_association": "The subnet and the table that it joins are judged.",
}
