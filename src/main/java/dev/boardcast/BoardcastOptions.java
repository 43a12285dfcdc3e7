package dev.boardcast;

import dev.boardcast.config.SettingCatalog;
import dev.boardcast.config.SettingValues;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Visibility;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of a node. Immutable and thread safe: each method returns a copy with one setting
 * changed. A setting that is not given has its default. Values are checked when a node starts; the
 * message of the failure names the setting, its value and what was expected.
 *
 * <pre>{@code
 * BoardcastOptions.local("postgresql://app:secret@db/app", "redis://cache", jwtSecret)
 *     .roles(Role.GATEWAY)
 *     .set("gateway-max-sessions", "50000");
 * }</pre>
 */
public final class BoardcastOptions {
  private static final String SOURCE = "options";

  private final SettingValues values;

  private BoardcastOptions(SettingValues values) {
    this.values = values;
  }

  /** Every setting at its default; PostgreSQL, Redis and a key for tokens remain to be given. */
  public static BoardcastOptions defaults() {
    return new BoardcastOptions(SettingValues.DEFAULTS);
  }

  /**
   * All roles on free ports of the loopback address.
   *
   * @param postgres {@code postgresql://user:password@host:port/database}
   * @param redis {@code redis://[:password@]host:port[/database]}
   * @param jwtSecret the HS256 secret of tokens, at least 32 bytes
   */
  public static BoardcastOptions local(String postgres, String redis, String jwtSecret) {
    return defaults()
        .postgres(postgres)
        .redis(redis)
        .jwtSecret(jwtSecret)
        .httpPort(0)
        .gatewayPort(0);
  }

  /**
   * A node of mode broadcast on free ports of the loopback address: streams and presence without
   * PostgreSQL and Redis. It has no boards.
   *
   * @param jwtSecret the HS256 secret of tokens, at least 32 bytes
   */
  public static BoardcastOptions broadcast(String jwtSecret) {
    return defaults().set("mode", "broadcast").jwtSecret(jwtSecret).httpPort(0).gatewayPort(0);
  }

  /**
   * Sets the name of the application, the same on all its nodes: the name of the cluster, the
   * prefix of bus addresses, codecs and keys in Redis, and the tag {@code application} of meters.
   * Applications on one Vert.x, cluster, Redis or database differ in it, and in {@code pg-schema}.
   */
  public BoardcastOptions name(String name) {
    return set("cluster-name", name);
  }

  /** Sets the address to listen on. */
  public BoardcastOptions host(String address) {
    return set("host", address);
  }

  /** Sets the port on which the node serves every path; 0 for any free port. */
  public BoardcastOptions httpPort(int port) {
    return set("http-port", Integer.toString(port));
  }

  /** Sets the port on which the node serves client connections only; 0 for any free port. */
  public BoardcastOptions gatewayPort(int port) {
    return set("gateway-port", Integer.toString(port));
  }

  /** Sets what the node does, at least one role. */
  public BoardcastOptions roles(Collection<Role> roles) {
    return set(
        "roles",
        roles.stream()
            .map(role -> role.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(",")));
  }

  /** Sets what the node does, at least one role. */
  public BoardcastOptions roles(Role... roles) {
    return roles(List.of(roles));
  }

  /** Sets the PostgreSQL server, {@code postgresql://user:password@host:port/database}. */
  public BoardcastOptions postgres(String uri) {
    return set("pg", uri);
  }

  /** Sets the Redis server, {@code redis://[:password@]host:port[/database]}. */
  public BoardcastOptions redis(String uri) {
    return set("redis", uri);
  }

  /** Sets the HS256 secrets of tokens, newest first: the first one signs, all of them verify. */
  public BoardcastOptions jwtSecret(String... secrets) {
    return set("jwt-secret", String.join(",", secrets));
  }

  /**
   * Sets the secrets that only the nodes of the cluster know, newest first: a node proves itself by
   * the first, and accepts all of them.
   */
  public BoardcastOptions clusterSecret(String... secrets) {
    return set("cluster-secret", String.join(",", secrets));
  }

  /**
   * Sets who may see a board or an application stream, beside what was set for others.
   *
   * @param name of the board or stream, or the beginning of names and {@code *}
   */
  public BoardcastOptions visibility(String name, Visibility visibility) {
    String others = values.text("visibility").orElse("");
    return set("visibility", (others.isEmpty() ? "" : others + ",") + name + "=" + visibility);
  }

  /**
   * Sets any setting of the node or of its boards; SETTINGS.md lists them.
   *
   * @param key such as {@code gateway-max-sessions}
   * @param value as an operator writes it, such as {@code 5s}, {@code on} or {@code a,b}
   */
  public BoardcastOptions set(String key, String value) {
    return new BoardcastOptions(values.with(key, value, SOURCE));
  }

  /**
   * Closes the event bus of a clustered Vert.x that the application makes: it runs over mutual TLS,
   * by {@code cluster-secret} or the files {@code cluster-tls-…}, so that only nodes with the same
   * take part. The files are read when that Vert.x starts, which fails if one cannot be. {@link
   * ClusteredVertx} does this by itself.
   *
   * <p>A cluster manager has to be closed on its own; {@link ClusteredVertx#manager} makes one of
   * Hazelcast that is.
   *
   * @param vertx changed
   * @return the same
   * @throws dev.boardcast.spi.InvalidSettingException when neither is given
   */
  public VertxOptions secure(VertxOptions vertx) {
    BusSecurity.secure(settings().cluster(), vertx.getEventBusOptions());
    return vertx;
  }

  /** The records that declare the settings of a node with these boards. */
  public static List<Class<? extends Record>> declarations(List<BoardModule> boards) {
    Stream<Class<? extends Record>> ofBoards =
        boards.stream().flatMap(board -> board.settings().stream()).distinct();
    var records = new ArrayList<Class<? extends Record>>(List.of(NodeSettings.class));
    ofBoards.forEach(records::add);
    return records;
  }

  SettingValues values() {
    return values;
  }

  /** The settings of the node itself; reads the files of secret ones. */
  NodeSettings settings() {
    return values
        .withSecretFiles(new SettingCatalog(List.of(NodeSettings.class)))
        .bind(NodeSettings.class);
  }
}
