package dev.boardcast;

/** Writes addresses as URLs and Hazelcast's lists of members do: those of IPv6 in brackets. */
final class NodeAddress {
  private NodeAddress() {}

  static String of(String host, int port) {
    return (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
  }
}
