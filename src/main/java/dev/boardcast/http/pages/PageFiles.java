package dev.boardcast.http.pages;

import dev.boardcast.engine.OptionalArtifact;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Reads the files of the pages and the API descriptions from the class path, and keeps them
 * compressed. Only resources below {@code dev/boardcast/} are found, never a file of the working
 * directory or of the host. Thread safe.
 */
final class PageFiles {
  static final String CHART = "chart.js";
  static final String INDEX = "web/index.html";

  private static final String ROOT = "dev/boardcast/";
  private static final Predicate<String> MODULE =
      Pattern.compile("web/(pages|client)/[^/]+\\.js").asMatchPredicate();

  private final Map<String, PageFile> files = new ConcurrentHashMap<>();
  private final String head;

  /**
   * @param head elements of the start page's head
   */
  PageFiles(String head) {
    this.head = head;
  }

  /**
   * @param name below {@code dev/boardcast/}, such as {@code web/pages/app.js}
   * @return empty when there is no such file
   */
  Future<Optional<PageFile>> find(Vertx vertx, String name) {
    PageFile known = files.get(name);
    if (known != null) return Future.succeededFuture(Optional.of(known));
    return vertx.executeBlocking(
        () ->
            content(name)
                .map(bytes -> name.equals(INDEX) ? withHead(bytes) : bytes)
                .map(bytes -> files.computeIfAbsent(name, it -> PageFile.of(it, bytes))),
        false);
  }

  private static Optional<byte[]> content(String name) {
    return switch (name) {
      case "web/" + CHART -> resource(OptionalArtifact.CHART_JS.resource());
      case "web/" + ClientScript.NAME ->
          Optional.of(ClientScript.of(PageFiles::module).getBytes(StandardCharsets.UTF_8));
      default -> resource(ROOT + name).map(bytes -> MODULE.test(name) ? sent(bytes) : bytes);
    };
  }

  private byte[] withHead(byte[] page) {
    String text = new String(page, StandardCharsets.UTF_8);
    return text.replace("</head>", head + "</head>").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] sent(byte[] module) {
    String text = new String(module, StandardCharsets.UTF_8);
    return ScriptComments.remove(text).getBytes(StandardCharsets.UTF_8);
  }

  private static String module(String name) {
    return new String(
        resource(ROOT + "web/client/" + name).orElseThrow(() -> new IllegalStateException(name)),
        StandardCharsets.UTF_8);
  }

  private static Optional<byte[]> resource(String path) {
    try (var in = PageFiles.class.getClassLoader().getResourceAsStream(path)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
