package dev.boardcast.gateway;

/** What all hubs of a node share. Immutable; thread safe. */
record GatewayNode(
    String name, GatewayConfig config, GatewayServices services, GatewayMeters meters) {}
