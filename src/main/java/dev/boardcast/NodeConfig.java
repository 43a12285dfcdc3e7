package dev.boardcast;

import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.util.Set;
import java.util.TreeSet;

/** Where a node listens, what it does, and who may see its boards. */
@SettingGroup("Node")
record NodeConfig(
    @Setting(
            key = "mode",
            defaultValue = "standard",
            description =
                "Where the node keeps its data: standard in PostgreSQL and Redis; broadcast in the"
                    + " memory of the cluster's nodes, with streams and presence, without boards.")
        Mode mode,
    @Setting(
            key = "host",
            defaultValue = "127.0.0.1",
            expected = "an address of this machine, or 0.0.0.0 for all",
            description = "Address to listen on.")
        String host,
    @Setting(
            key = "http-port",
            defaultValue = "8080",
            min = "0",
            max = "65535",
            expected = "a port",
            description = "Port of HTTP, pages and WebSockets; 0 for any free port.")
        int httpPort,
    @Setting(
            key = "gateway-port",
            defaultValue = "8081",
            min = "0",
            max = "65535",
            expected = "a port",
            description = "Port of the gateway alone; 0 for any free port.")
        int gatewayPort,
    @Setting(
            key = "roles",
            defaultValue = "api,gateway,metrics,emitter",
            description = "What this node does.")
        Set<Role> roles,
    VisibilityConfig visibility) {

  NodeConfig {
    if (httpPort == gatewayPort && httpPort != 0) {
      throw new InvalidSettingException(
          "gateway-port", "a port other than http-port, or 0 for any free port");
    }
  }

  /** Those of its roles that there are in its mode. */
  Set<Role> usableRoles() {
    if (mode == Mode.STANDARD) return roles;
    var usable = new TreeSet<>(roles);
    usable.retainAll(Set.of(Role.API, Role.GATEWAY));
    return usable;
  }
}
