package dev.boardcast;

import java.util.Set;

/** Where a node can be reached; ports are 0 for what it does not serve. */
public record NodeInfo(
    String name, String version, Set<String> roles, String host, int httpPort, int gatewayPort) {}
