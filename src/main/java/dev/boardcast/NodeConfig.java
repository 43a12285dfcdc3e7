package dev.boardcast;

import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.util.Set;

/** Where a node listens, what it does, and who may see its boards. */
@SettingGroup("Node")
record NodeConfig(
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
}
