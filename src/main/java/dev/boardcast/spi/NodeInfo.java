package dev.boardcast.spi;

import java.util.Set;

/**
 * Where a node can be reached.
 *
 * @param httpPort 0 when the node does not serve HTTP
 * @param gatewayPort 0 when the node has no gateway port
 */
public record NodeInfo(
    String name, String version, Set<String> roles, String host, int httpPort, int gatewayPort) {}
