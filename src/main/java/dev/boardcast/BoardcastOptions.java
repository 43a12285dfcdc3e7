package dev.boardcast;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.events.EmitterConfig;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.metrics.MetricsConfig;
import dev.boardcast.spi.NodeInfo;
import dev.boardcast.spi.Visibility;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Everything a node is told, one immutable record per room.
 *
 * @param node unique name of this run of the process
 * @param name of the application, the same on all its nodes: the prefix of its bus addresses,
 *     codecs and keys in Redis, and the tag {@code application} of its meters. Applications on one
 *     Vert.x, cluster, Redis or database differ in it, and in {@code pg-schema}
 * @param host address to bind
 * @param reachableHost address other nodes reach this one at; differs where {@code host} is every
 *     address
 * @param httpPort 0 for any free one
 * @param gatewayPort 0 for any free one
 * @param visibility by board or application stream; public where nothing is said
 * @param boards configuration records of boards, such as {@code PlatformConfig}; a board whose
 *     record is missing uses its defaults
 */
public record BoardcastOptions(
    String node,
    String name,
    String host,
    String reachableHost,
    int httpPort,
    int gatewayPort,
    Set<Role> roles,
    DatabaseConfig db,
    AuthConfig auth,
    HttpConfig http,
    EmitterConfig emitter,
    MetricsConfig metrics,
    GatewayConfig gateway,
    Map<String, Visibility> visibility,
    List<Record> boards) {

  public BoardcastOptions {
    roles = Set.copyOf(roles);
    visibility = Map.copyOf(visibility);
    boards = List.copyOf(boards);
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("roles must name at least one role, was empty");
    }
    // An event stream is quiet until the gateway sends a comment.
    if (http.idleLimit().compareTo(gateway.pingInterval()) <= 0) {
      throw new IllegalArgumentException(
          "http-idle-limit must be more than gateway-ping-interval, was " + http.idleLimit());
    }
    if (host.isBlank()) throw new IllegalArgumentException("host must not be blank");
    port("http-port", httpPort);
    port("gateway-port", gatewayPort);
  }

  /** All roles on free ports of the loopback address, everything else by default. */
  public static BoardcastOptions local(DatabaseConfig db, AuthConfig auth) {
    return new BoardcastOptions(
        newNode(),
        "boardcast",
        "127.0.0.1",
        "127.0.0.1",
        0,
        0,
        EnumSet.allOf(Role.class),
        db,
        auth,
        HttpConfig.DEFAULTS,
        EmitterConfig.DEFAULTS,
        MetricsConfig.DEFAULTS,
        GatewayConfig.DEFAULTS,
        Map.of(),
        List.of());
  }

  /** The same node of another application: see {@code name}. */
  public BoardcastOptions withName(String application) {
    return new BoardcastOptions(
        node,
        application,
        host,
        reachableHost,
        httpPort,
        gatewayPort,
        roles,
        db,
        auth,
        http,
        emitter,
        metrics,
        gateway,
        visibility,
        boards);
  }

  /** The same on an address of this machine, where other nodes reach it too, and on these ports. */
  public BoardcastOptions on(String address, int http, int ofGateway) {
    return new BoardcastOptions(
        node,
        name,
        address,
        address,
        http,
        ofGateway,
        roles,
        db,
        auth,
        this.http,
        emitter,
        metrics,
        gateway,
        visibility,
        boards);
  }

  /** The same node with other work. */
  public BoardcastOptions withRoles(Set<Role> others) {
    return new BoardcastOptions(
        node,
        name,
        host,
        reachableHost,
        httpPort,
        gatewayPort,
        others,
        db,
        auth,
        http,
        emitter,
        metrics,
        gateway,
        visibility,
        boards);
  }

  /** The same node with other bounds of its HTTP port. */
  public BoardcastOptions with(HttpConfig other) {
    return new BoardcastOptions(
        node,
        name,
        host,
        reachableHost,
        httpPort,
        gatewayPort,
        roles,
        db,
        auth,
        other,
        emitter,
        metrics,
        gateway,
        visibility,
        boards);
  }

  /** The same node with these configuration records of boards. */
  public BoardcastOptions withBoards(Record... configs) {
    return new BoardcastOptions(
        node,
        name,
        host,
        reachableHost,
        httpPort,
        gatewayPort,
        roles,
        db,
        auth,
        http,
        emitter,
        metrics,
        gateway,
        visibility,
        List.of(configs));
  }

  /** Who may see a board or a stream. */
  public Visibility visibilityOf(String name) {
    return Visibility.find(visibility, name);
  }

  /** What others are told of a node that listens on these ports. */
  NodeInfo describe(int http, int ofGateway) {
    var names = new TreeSet<String>();
    roles.forEach(role -> names.add(role.name().toLowerCase(Locale.ROOT)));
    String version =
        Optional.ofNullable(BoardcastOptions.class.getPackage().getImplementationVersion())
            .orElse("dev");
    return new NodeInfo(node, version, names, host, http, ofGateway);
  }

  /** A name no other run of any process has. */
  public static String newNode() {
    return "node-" + UUID.randomUUID().toString().substring(0, 8);
  }

  private static void port(String key, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(key + " must be 0 to 65535, was " + port);
    }
  }
}
