package dev.boardcast.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.command.SecretOption;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a running node to give a logger another level for a time, on all nodes or on one. */
@Command(
    name = "log-level",
    description = "Gives a logger of running nodes another level for a time.",
    mixinStandardHelpOptions = true)
final class LogLevelCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Parameters(
      index = "0",
      paramLabel = "LOGGER",
      description = "Such as dev.boardcast, or a package or class below.")
  private String logger;

  @Parameters(
      index = "1",
      paramLabel = "LEVEL",
      description = "error, warn, info, debug, trace; or default, which ends a change.")
  private String level;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:8080",
      description = "Any node, at its admin port if it has one (default ${DEFAULT-VALUE}).")
  private String url;

  @Option(
      names = "--for",
      defaultValue = "10m",
      description = "After which the level is as before, at most 2h (default ${DEFAULT-VALUE}).")
  private String time;

  @Option(names = "--node", description = "The name of the only node that changes it.")
  private String node;

  @Option(names = "--token-file", description = "File with a token of the role admin.")
  private String tokenFile;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    String token = SecretOption.of(spec, "token", null, tokenFile, "BOARDCAST_TOKEN");
    URI base = Arguments.uri("url", url);
    if (base.getHost() == null) {
      throw Arguments.invalid("url", url, "an address such as http://host:port");
    }
    String query = node == null ? "" : "?node=" + URLEncoder.encode(node, StandardCharsets.UTF_8);
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("logger", logger).put("level", level).put("for", time);
    var request =
        HttpRequest.newBuilder(
                URI.create(url.replaceAll("/+$", "") + "/api/v1/admin/log-levels" + query))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body.toString()));
    if (token != null) request.header("Authorization", "Bearer " + token);
    try {
      HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
      return told(client.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException unreachable) {
      return fail(Arguments.shown(url) + " does not answer: " + unreachable);
    }
  }

  private int told(HttpResponse<String> answer) throws IOException {
    JsonNode json = Json.MAPPER.readTree(answer.body());
    if (answer.statusCode() >= 300) {
      return fail(json.path("detail").asText("status " + answer.statusCode()));
    }
    var out = spec.commandLine().getOut();
    String until = json.has("until") ? " until " + json.get("until").asText() : "";
    out.println("%s: %s%s on %s".formatted(logger, level, until, json.path("nodes")));
    out.flush();
    return 0;
  }

  private int fail(String reason) {
    spec.commandLine().getErr().println("boardcast: " + reason);
    spec.commandLine().getErr().flush();
    return 1;
  }
}
