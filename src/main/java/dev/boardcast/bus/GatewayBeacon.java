package dev.boardcast.bus;

/**
 * A gateway of the cluster. Silent for some seconds means gone.
 *
 * @param open whether it takes connections; false is its last word
 * @param key shown to it with what is handed on to it, so that it believes whose connection that is
 */
public record GatewayBeacon(String node, String host, int port, boolean open, String key) {
  /** Where the key stands in a request. */
  public static final String KEY_HEADER = "X-Boardcast-Key";

  /** Where the name of the node that hands a request on stands; believed with the key. */
  public static final String VIA_HEADER = "X-Boardcast-Via";

  /** Never the key. */
  @Override
  public String toString() {
    return "GatewayBeacon[" + node + " at " + host + ":" + port + (open ? "]" : ", leaving]");
  }
}
