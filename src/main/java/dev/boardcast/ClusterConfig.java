package dev.boardcast;

import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How nodes find each other. */
@SettingGroup("Cluster")
record ClusterConfig(
    @Setting(
            key = "cluster-name",
            defaultValue = "boardcast",
            description =
                "Name of the cluster: nodes of one name join each other; also the prefix of keys in"
                    + " Redis.")
        String name,
    @Setting(
            key = "cluster-host",
            expected = "an address of this machine, or nothing",
            description = "Address at which other nodes reach this one; host if empty.")
        Optional<String> host,
    @Setting(
            key = "cluster-port",
            defaultValue = "5701",
            min = "0",
            max = "65525", // a range of LOCAL_PORTS must fit
            expected = "a port",
            description =
                "Port of the cluster; without a list of members, the first of 10 ports that the"
                    + " nodes of this machine share.")
        int port,
    @Setting(
            key = "cluster-members",
            pattern = "\\S+:[1-9][0-9]{0,4}",
            expected = "host:port of each node, separated by commas",
            description = "Nodes to join; if empty, those of this machine.")
        List<String> members,
    @Setting(
            key = "cluster-kubernetes",
            expected = "the DNS name of a headless service, or nothing",
            description = "Kubernetes service whose addresses are the members, instead of a list.")
        Optional<String> kubernetesDns,
    @Setting(
            key = "cluster-bus-port",
            defaultValue = "0",
            min = "0",
            max = "65535",
            expected = "a port",
            description = "Port of the event bus at cluster-host; 0 for any free port.")
        int busPort,
    @Setting(
            key = "cluster-hazelcast-file",
            expected = "a Hazelcast XML file, or nothing",
            description =
                "Hazelcast configuration to start from; the program uses hazelcast.xml beside its"
                    + " configuration file if there is one.")
        Optional<Path> hazelcastFile) {
  /** How many ports the nodes of one machine share. */
  static final int LOCAL_PORTS = 10;

  private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

  ClusterConfig {
    if (!members.isEmpty() && kubernetesDns.isPresent()) {
      throw new InvalidSettingException(
          "cluster-members", "no members where cluster-kubernetes is set");
    }
  }

  /**
   * The address at which other nodes reach this one: as configured, else the one it listens on,
   * else the machine's.
   *
   * @throws InvalidSettingException when the machine's name has no address
   */
  String reachableHost(String listensOn) {
    String named = host.orElse(listensOn);
    if (!EVERY_ADDRESS.contains(named)) return named;
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException unnamed) {
      throw new InvalidSettingException(
          "cluster-host", "an address of this machine, whose name has none");
    }
  }

  /** Whether a taken port may be stepped over: only where other nodes try the next ones too. */
  boolean sharesPorts() {
    return members.isEmpty() && kubernetesDns.isEmpty() && port != 0;
  }
}
