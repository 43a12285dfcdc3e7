package dev.boardcast;

import dev.boardcast.bus.security.ClusterSecret;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
            description =
                "Service whose addresses in DNS are the members, each with cluster-port, instead of a"
                    + " list; a name that begins with an underscore is looked up as SRV, with a port of each.")
        Optional<String> kubernetesDns,
    @Setting(
            key = "cluster-dns",
            pattern = "\\S+:[1-9][0-9]{0,4}",
            expected = "host:port, or nothing",
            description = "DNS server to ask for cluster-kubernetes, in place of the system's.")
        Optional<String> dnsServer,
    @Setting(
            key = "cluster-bus-port",
            defaultValue = "0",
            min = "0",
            max = "65535",
            expected = "a port",
            description = "Port of the event bus at cluster-host; 0 for any free port.")
        int busPort,
    @Setting(
            key = "cluster-secret",
            secret = true,
            expected = ClusterConfig.SECRETS,
            description =
                "Secrets that only the nodes of the cluster know, newest first; required where other"
                    + " machines can reach cluster-host.")
        List<String> secrets,
    @Setting(
            key = "cluster-tls-cert",
            expected = "a PEM file, or nothing",
            description =
                "Certificate of this node with its chain, for the event bus, in place of one made from"
                    + " cluster-secret.")
        Optional<Path> tlsCertificate,
    @Setting(
            key = "cluster-tls-key",
            expected = "a PEM file, or nothing",
            description = "Private key of cluster-tls-cert.")
        Optional<Path> tlsKey,
    @Setting(
            key = "cluster-tls-ca",
            expected = "a PEM file, or nothing",
            description =
                "Authorities that issue certificates to the nodes of this cluster and to nobody"
                    + " else.")
        Optional<Path> tlsAuthorities,
    @Setting(
            key = "cluster-trust-bus",
            defaultValue = "off",
            description =
                "Whether an embedded node starts on a clustered Vert.x whose event bus takes anybody"
                    + " who connects.")
        boolean trustsBus,
    @Setting(
            key = "cluster-hazelcast-file",
            expected = "a Hazelcast XML file, or nothing",
            description =
                "Hazelcast configuration to start from; the program uses hazelcast.xml beside its"
                    + " configuration file if there is one.")
        Optional<Path> hazelcastFile) {
  static final String SECRETS =
      "secrets of at least 32 bytes, the same on every node, separated by commas";

  /** How many ports the nodes of one machine share. */
  static final int LOCAL_PORTS = 10;

  private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

  ClusterConfig {
    if (!members.isEmpty() && kubernetesDns.isPresent()) {
      throw new InvalidSettingException(
          "cluster-members", "no members where cluster-kubernetes is set");
    }
    if (kubernetesDns.isPresent() && port == 0) {
      throw new InvalidSettingException("cluster-port", "a port where cluster-kubernetes is set");
    }
    if (dnsServer.isPresent() && kubernetesDns.isEmpty()) {
      throw new InvalidSettingException("cluster-dns", "nothing without cluster-kubernetes");
    }
    if (!secrets.isEmpty()) checkSecrets(secrets);
    var tlsFiles = Stream.of(tlsCertificate, tlsKey, tlsAuthorities);
    if (tlsFiles.map(Optional::isPresent).distinct().count() > 1) {
      throw new InvalidSettingException(
          "cluster-tls-cert", "cluster-tls-cert, cluster-tls-key and cluster-tls-ca together");
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

  /** What closes the cluster to others. */
  Optional<ClusterSecret> secret() {
    return secrets.isEmpty() ? Optional.empty() : Optional.of(new ClusterSecret(secrets));
  }

  private static void checkSecrets(List<String> secrets) {
    try {
      new ClusterSecret(secrets);
    } catch (IllegalArgumentException unusable) {
      throw new InvalidSettingException("cluster-secret", SECRETS);
    }
  }

  /** Whether a taken port may be stepped over: only where other nodes try the next ones too. */
  boolean sharesPorts() {
    return members.isEmpty() && kubernetesDns.isEmpty() && port != 0;
  }
}
