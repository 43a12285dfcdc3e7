package dev.boardcast.bus.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.config.InterfacesConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.config.SocketInterceptorConfig;
import com.hazelcast.instance.ProtocolType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Configures Hazelcast to serve members and nobody else, at one address: no clients, no REST, no
 * WAN, no jobs, no code of other members. Stateless.
 */
public final class MembersOnly {
  private static final int CONNECT_SECONDS = 3;
  // The threads that new connections are made and authenticated on.
  private static final String IO_EXECUTOR = "hz:io";
  // Those of peers that do not authenticate, and as many for others.
  private static final int IO_THREADS = 2 * AuthenticatedNodeContext.MAX_UNPROVEN;

  private MembersOnly() {}

  /**
   * Where a member listens.
   *
   * @param address as a number; no other one is bound
   * @param ports how many ports from the first on are tried
   * @param isAuthenticated whether members prove to each other that they know the cluster secret
   */
  public record Endpoint(String address, int port, int ports, boolean isAuthenticated) {}

  /**
   * What a configuration asks for that members of a closed cluster do not offer, as an operator
   * would find it in the file; empty when there is nothing.
   */
  public static Optional<String> contradiction(Config config) {
    var asked = new LinkedHashMap<String, Boolean>();
    asked.put("user-code-deployment", config.getUserCodeDeploymentConfig().isEnabled());
    asked.put("jet", config.getJetConfig().isEnabled());
    asked.put("rest-api", config.getNetworkConfig().getRestApiConfig().isEnabled());
    asked.put(
        "memcache-protocol", config.getNetworkConfig().getMemcacheProtocolConfig().isEnabled());
    asked.put("wan-replication", !config.getWanReplicationConfigs().isEmpty());
    asked.put(
        "management-center scripting", config.getManagementCenterConfig().isScriptingEnabled());
    asked.put("management-center console", config.getManagementCenterConfig().isConsoleEnabled());
    asked.put("advanced-network", config.getAdvancedNetworkConfig().isEnabled());
    asked.put("multicast", config.getNetworkConfig().getJoin().getMulticastConfig().isEnabled());
    return asked.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).findFirst();
  }

  /** Applies all of it; how members find each other stays as it is in the network's join. */
  public static void apply(Config config, Endpoint at) {
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    config
        .getAdvancedNetworkConfig()
        .setEnabled(true)
        .setJoin(join)
        .setMemberEndpointConfig(endpoint(at));
    config
        .getAdvancedNetworkConfig()
        .getEndpointConfigs()
        .keySet()
        .removeIf(endpoint -> endpoint.getType() != ProtocolType.MEMBER);
    config.getJetConfig().setEnabled(false).setResourceUploadEnabled(false);
    config.getUserCodeDeploymentConfig().setEnabled(false);
    config.getManagementCenterConfig().setScriptingEnabled(false).setConsoleEnabled(false);
    config.getMetricsConfig().setEnabled(false);
    config.addExecutorConfig(new ExecutorConfig(IO_EXECUTOR, IO_THREADS));
    config.setProperty("hazelcast.socket.bind.any", "false");
    // By default it sees no addresses of IPv6.
    if (at.address().contains(":")) config.setProperty("hazelcast.prefer.ipv4.stack", "false");
    config.setProperty("hazelcast.socket.server.bind.any", "false");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.jmx", "false");
  }

  private static ServerSocketEndpointConfig endpoint(Endpoint at) {
    var endpoint =
        new ServerSocketEndpointConfig()
            .setPort(at.port())
            .setPortAutoIncrement(at.ports() > 1)
            .setPortCount(at.ports());
    endpoint.setName("members");
    endpoint.setInterfaces(new InterfacesConfig().setEnabled(true).addInterface(at.address()));
    endpoint.setSocketConnectTimeoutSeconds(CONNECT_SECONDS);
    // Only switches the hook on that AuthenticatedNodeContext provides.
    endpoint.setSocketInterceptorConfig(
        new SocketInterceptorConfig().setEnabled(at.isAuthenticated()));
    return endpoint;
  }
}
