package dev.boardcast.server.settings;

import dev.boardcast.ClusterOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Settings of {@link ClusterOptions}. */
public final class ClusterSettings {
  private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

  static final Setting<Boolean> CLUSTER =
      Setting.onOff("cluster", true, "off for one node that never has others");
  static final Setting<String> NAME =
      Setting.of(
          "cluster-name",
          "boardcast",
          "a name",
          "Only nodes of one name, and of one data-dir where PostgreSQL is embedded, join each other;"
              + " also the prefix of keys in Redis",
          SettingParsers::nonBlank);
  static final Setting<Optional<String>> HOST =
      Setting.optional(
          "cluster-host",
          "an address of this machine",
          "Address other nodes reach this one at; host when empty");
  public static final Setting<Integer> PORT =
      Setting.port(
          "cluster-port",
          5701,
          "Port of the cluster; without a list of members, the first of "
              + ClusterOptions.LOCAL_PORTS
              + " that the nodes of this machine share");
  static final Setting<List<String>> MEMBERS =
      Setting.of(
          "cluster-members",
          "",
          "host:port of each node, separated by commas",
          "Nodes to look for; those on this machine when empty",
          SettingParsers::members);
  static final Setting<Optional<String>> KUBERNETES =
      Setting.optional(
          "cluster-kubernetes",
          "the DNS name of a headless service",
          "Kubernetes service whose addresses are the members, instead of a list");

  static final Setting<Integer> BUS_PORT =
      Setting.port(
          "cluster-bus-port",
          0,
          "Port of the event bus between nodes, at cluster-host; 0: any free");

  static final List<Setting<?>> ALL =
      List.of(CLUSTER, NAME, HOST, PORT, MEMBERS, KUBERNETES, BUS_PORT);

  private ClusterSettings() {}

  /** How to join, or empty for a node alone. */
  public static Optional<ClusterOptions> config(EffectiveSettings values) {
    if (!values.get(CLUSTER)) return Optional.empty();
    Path base = values.directory().resolve("hazelcast.xml");
    return Optional.of(
        values.build(
            () ->
                new ClusterOptions(
                    clusterName(values),
                    reachableHost(values),
                    values.get(PORT),
                    values.get(MEMBERS),
                    values.get(KUBERNETES),
                    values.get(BUS_PORT),
                    Optional.of(base).filter(Files::exists))));
  }

  /** Nodes that cannot have one database must not hear each other's numbers. */
  private static String clusterName(EffectiveSettings values) {
    String name = values.get(NAME);
    if (values.get(DatabaseSettings.PG).isPresent()) return name;
    Path data = real(values.get(NodeSettings.DATA_DIR));
    return name + "@" + Integer.toHexString(data.toString().hashCode());
  }

  /** The same before and after the directory is made. */
  private static Path real(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    for (Path above = absolute; above != null; above = above.getParent()) {
      try {
        return above.toRealPath().resolve(above.relativize(absolute)).normalize();
      } catch (IOException notYetThere) {
        // The next one above may be.
      }
    }
    return absolute;
  }

  /** Where other nodes find this one: said, or the address listened on, or the machine's own. */
  public static String reachableHost(EffectiveSettings values) {
    String host = values.get(HOST).orElse(values.get(NodeSettings.HOST));
    if (!EVERY_ADDRESS.contains(host)) return host;
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException unnamed) {
      throw InvalidSettingException.value(
          HOST.name(), "", "the default", "an address of this machine: its name has none");
    }
  }
}
