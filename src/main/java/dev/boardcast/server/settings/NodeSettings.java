package dev.boardcast.server.settings;

import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.NodeConfig;
import dev.boardcast.auth.AuthConfig;
import dev.boardcast.boards.yaml.InvalidBoardFileException;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.events.EmitterConfig;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.metrics.MetricsConfig;
import dev.boardcast.server.NativeTransports;
import dev.boardcast.spi.BoardModule;
import java.nio.file.Path;
import java.util.List;

/** Settings of the node as a whole. */
public final class NodeSettings {
  public static final Setting<String> HOST = Setting.of("host", String.class);
  public static final Setting<Integer> HTTP_PORT = Setting.of("http-port", Integer.class);
  public static final Setting<Integer> GATEWAY_PORT = Setting.of("gateway-port", Integer.class);
  public static final Setting<Path> DATA_DIR = Setting.of("data-dir", Path.class);
  public static final Setting<NativeTransports> TRANSPORT =
      Setting.of("transport", NativeTransports.class);
  public static final Setting<Boolean> DEMO = Setting.of("demo", Boolean.class);
  public static final Setting<String> LOG_FORMAT = Setting.of("log-format", String.class);
  public static final Setting<String> LOG_LEVEL = Setting.of("log-level", String.class);

  private NodeSettings() {}

  /** The boards of files; throws {@link InvalidSettingException} for one that makes none. */
  public static List<BoardModule> boards(EffectiveSettings values) {
    try {
      return Boards.ofFiles(values.bind(ProgramConfig.class).boardsDir());
    } catch (InvalidBoardFileException bad) {
      throw InvalidSettingException.of(bad.getMessage());
    }
  }

  /** The whole configuration; {@code db} and {@code auth} may depend on what was started. */
  public static BoardcastOptions config(
      EffectiveSettings values, DatabaseConfig db, AuthConfig auth) {
    var node = values.bind(NodeConfig.class);
    try {
      return new BoardcastOptions(
          BoardcastOptions.newNode(),
          node.cluster().name(),
          node.host(),
          ClusterSettings.reachableHost(values),
          node.httpPort(),
          node.gatewayPort(),
          node.roles(),
          db,
          auth,
          values.bind(HttpConfig.class),
          values.bind(EmitterConfig.class),
          values.bind(MetricsConfig.class),
          values.bind(GatewayConfig.class),
          node.visibility(),
          BoardSettings.records(values));
    } catch (IllegalArgumentException refused) {
      throw InvalidSettingException.of(refused.getMessage());
    }
  }
}
