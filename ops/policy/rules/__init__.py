"""Our own rules, a file for each concern; `ALL` has every one."""

from ops.policy.rules import containers, iam, load_balancer, network, secrets, service, storage, zones

ALL = (
    *containers.RULES,
    *secrets.RULES,
    *network.RULES,
    *zones.RULES,
    *load_balancer.RULES,
    *service.RULES,
    *iam.RULES,
    *storage.RULES,
)
