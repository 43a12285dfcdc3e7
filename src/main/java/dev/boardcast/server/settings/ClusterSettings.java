package dev.boardcast.server.settings;

import dev.boardcast.ClusterOptions;
import dev.boardcast.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** How the program joins a cluster. */
public final class ClusterSettings {
  private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

  public static final Setting<Integer> PORT = Setting.of("cluster-port", Integer.class);

  private ClusterSettings() {}

  /** How to join, or empty for a node alone. */
  public static Optional<ClusterOptions> config(EffectiveSettings values) {
    if (!values.bind(ProgramConfig.class).cluster()) return Optional.empty();
    var cluster = values.bind(NodeConfig.class).cluster();
    Path beside = values.directory().resolve("hazelcast.xml");
    return Optional.of(
        new ClusterOptions(
            clusterName(values),
            reachableHost(values),
            cluster.port(),
            cluster.members(),
            cluster.kubernetesDns(),
            cluster.busPort(),
            cluster.hazelcastFile().or(() -> Optional.of(beside).filter(Files::exists))));
  }

  /** Nodes of different embedded databases must not form one cluster. */
  private static String clusterName(EffectiveSettings values) {
    String name = values.bind(NodeConfig.class).cluster().name();
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

  /**
   * The address at which other nodes reach this one: configured, or listened on, or the machine's.
   */
  public static String reachableHost(EffectiveSettings values) {
    var node = values.bind(NodeConfig.class);
    String host = node.cluster().host().orElse(node.host());
    if (!EVERY_ADDRESS.contains(host)) return host;
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException unnamed) {
      throw InvalidSettingException.value(
          "cluster-host", "", "the default", "an address of this machine: its name has none");
    }
  }
}
