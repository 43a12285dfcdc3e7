package dev.boardcast.server.settings;

import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.Role;
import dev.boardcast.auth.AuthConfig;
import dev.boardcast.boards.yaml.InvalidBoardFileException;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.server.NativeTransports;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Visibility;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Settings of the node as a whole. */
public final class NodeSettings {
  static final Setting<Path> CONFIG =
      Setting.of(
          "config",
          "conf/boardcast.json",
          "a file with one JSON object",
          "Settings file; read if it exists, must exist when named",
          Path::of);
  public static final Setting<String> HOST =
      Setting.of(
          "host",
          "127.0.0.1",
          "an address of this machine, or 0.0.0.0 for all",
          "Address to listen on",
          SettingParsers::nonBlank);
  public static final Setting<Integer> HTTP_PORT =
      Setting.port("http-port", 8080, "Port of HTTP, pages and WebSockets; 0 for any free one");
  public static final Setting<Integer> GATEWAY_PORT =
      Setting.port("gateway-port", 8081, "The gateway's own port; 0 for any free one");
  static final Setting<Set<Role>> ROLES =
      Setting.of(
          "roles",
          "api,gateway,metrics,emitter",
          "one or more of api, gateway, metrics, emitter, separated by commas",
          "What this node does",
          SettingParsers::roles);
  public static final Setting<Path> DATA_DIR =
      Setting.of(
          "data-dir",
          "data",
          "a directory",
          "Where the embedded servers and the made key keep their files",
          text -> Path.of(SettingParsers.nonBlank(text)));
  static final Setting<Path> BOARDS_DIR =
      Setting.of(
          "boards-dir",
          "conf/boards",
          "a directory",
          "Where files are that make boards: .yaml, .yml or .json; none there is none made",
          text -> Path.of(SettingParsers.nonBlank(text)));
  static final Setting<Map<String, Visibility>> VISIBILITY =
      Setting.of(
          "visibility",
          "",
          "<board>=public|authenticated|role:<name>, separated by commas",
          "Who may see a board or an application stream; public where nothing is said",
          SettingParsers::visibility);
  public static final Setting<NativeTransports> TRANSPORT =
      Setting.of(
          "transport",
          "auto",
          "auto, epoll, io_uring or nio",
          "How sockets are served; auto is epoll on Linux, else what the system has",
          NativeTransports::parse);
  public static final Setting<Boolean> DEMO =
      Setting.onOff("demo", false, "Lively made-up traffic on every board");
  public static final Setting<String> LOG_FORMAT =
      Setting.of(
          "log-format",
          "human",
          "human or json",
          "How log lines look on standard error",
          text -> oneOf(text, "human", "json"));
  public static final Setting<String> LOG_LEVEL =
      Setting.of(
          "log-level",
          "info",
          "error, warn, info, debug or trace",
          "What is logged; libraries say only warnings",
          text -> oneOf(text, "error", "warn", "info", "debug", "trace"));

  static final List<Setting<?>> ALL =
      List.of(
          CONFIG,
          HOST,
          HTTP_PORT,
          GATEWAY_PORT,
          ROLES,
          DATA_DIR,
          BOARDS_DIR,
          VISIBILITY,
          TRANSPORT,
          DEMO,
          LOG_FORMAT,
          LOG_LEVEL);

  private NodeSettings() {}

  /** The boards of files; throws {@link InvalidSettingException} for one that makes none. */
  public static List<BoardModule> boards(EffectiveSettings values) {
    try {
      return Boards.ofFiles(values.get(BOARDS_DIR));
    } catch (InvalidBoardFileException bad) {
      throw InvalidSettingException.of(bad.getMessage());
    }
  }

  /** The whole configuration; {@code db} and {@code auth} may depend on what was started. */
  public static BoardcastOptions config(
      EffectiveSettings values, DatabaseConfig db, AuthConfig auth) {
    return values.build(
        () ->
            new BoardcastOptions(
                BoardcastOptions.newNode(),
                values.get(ClusterSettings.NAME),
                values.get(HOST),
                ClusterSettings.reachableHost(values),
                values.get(HTTP_PORT),
                values.get(GATEWAY_PORT),
                values.get(ROLES),
                db,
                auth,
                HttpSettings.config(values),
                EmitterSettings.config(values),
                MetricsSettings.config(values),
                GatewaySettings.config(values),
                values.get(VISIBILITY),
                BoardSettings.records(values)));
  }

  private static String oneOf(String text, String... known) {
    if (List.of(known).contains(text)) return text;
    throw new IllegalArgumentException();
  }
}
