package dev.boardcast.testing;

import dev.boardcast.testing.Proxy.Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Fits the configuration of a proxy to a test: free ports, the nodes of the test, and the optional
 * lines that are asked for. Everything else stays as it is shipped.
 *
 * @param ports for HTTP, for the gateways' ports, and for TLS
 */
record ProxySettings(
    Path directory,
    List<Upstream> nodes,
    List<Integer> ports,
    List<String> marks,
    Optional<TestCa.Issued> certificate) {
  // "a password" of the user ann, as each program takes it.
  private static final String SHA256 = "$5$boardcast$oDTxOJczTfSEDblxNc8fYbFboVbdMmbUgVG8Pp.XEFD";
  private static final String APR1 = "$apr1$boardcas$lijKd0zZXy0rgFajARWpJ/";
  private static final String BCRYPT =
      "$2a$05$gdBpVgbDKct8SacrCDIVVeeS/2gLGSx4y30nfHQ.Pa.ipTajgZKWm";

  String haproxy(String shipped) throws IOException {
    String text = unmarked(shipped);
    text = text.replace("bind :8080", "bind 127.0.0.1:" + ports.get(0));
    text = text.replace("bind :8081", "bind 127.0.0.1:" + ports.get(1));
    text = text.replace("bind :8443", "bind 127.0.0.1:" + ports.get(2));
    text = text.replace("$5$…", SHA256);
    if (certificate.isPresent()) {
      Path both = directory.resolve("site.pem");
      Files.writeString(
          both,
          Files.readString(certificate.get().cert()) + Files.readString(certificate.get().key()));
      text = text.replace("/usr/local/etc/haproxy/site.pem", both.toString());
    }
    var servers = new StringBuilder();
    var gateways = new StringBuilder();
    for (int i = 0; i < nodes.size(); i++) {
      Upstream node = nodes.get(i);
      int http = node.http().getPort();
      servers.append("  server node%d 127.0.0.1:%d\n".formatted(i, http));
      gateways.append(
          "  server node%d 127.0.0.1:%d port %d\n".formatted(i, node.gatewayPort(), http));
    }
    text = text.replaceAll("(  server node\\d node\\d:8080\n)+", servers.toString());
    return text.replaceAll("(  server node\\d node\\d:8081 port 8080\n)+", gateways.toString());
  }

  String caddy(String shipped) {
    String text = unmarked(shipped);
    text = text.replace("node1:8080 node2:8080 node3:8080", all(node -> true, " "));
    if (marks.contains("prefix")) {
      text = text.replaceFirst("\timport boardcast\n(?=\tredir)", "");
    }
    // No port for its administration, which several tests would share.
    text = text.replaceFirst("\n\\{\n", "\n{\n\tadmin off\n\tauto_https off\n");
    text = text.replace(":8080 {", ":" + ports.get(0) + " {\n\tbind 127.0.0.1");
    text = text.replace(":8443 {", "https://127.0.0.1:" + ports.get(2) + " {");
    text = text.replace("$2a$…", BCRYPT);
    if (certificate.isPresent()) {
      text = text.replace("/etc/caddy/site.pem", certificate.get().cert().toString());
      text = text.replace("/etc/caddy/site.key", certificate.get().key().toString());
    }
    return text;
  }

  String nginx(String shipped) throws IOException {
    String text = unmarked(shipped);
    text = text.replace("/var/cache/nginx/", directory + "/");
    text = text.replace("listen 8080;", "listen 127.0.0.1:" + ports.get(0) + ";");
    text = text.replace("listen 8443 ", "listen 127.0.0.1:" + ports.get(2) + " ");
    text = text.replace("\nhttp {\n", "\nhttp {\n  access_log off;\n" + temporaryPaths());
    Path viewers = Files.writeString(directory.resolve("viewers"), "ann:" + APR1 + "\n");
    text = text.replace("/etc/nginx/viewers", viewers.toString());
    if (certificate.isPresent()) {
      text = text.replace("/etc/nginx/site.pem", certificate.get().cert().toString());
      text = text.replace("/etc/nginx/site.key", certificate.get().key().toString());
    }
    text = upstream(text, "api", Upstream::isApi);
    return upstream(text, "gateways", Upstream::isGateway);
  }

  /** With the nodes of a role in place of those of an upstream. */
  private String upstream(String text, String name, Predicate<Upstream> role) {
    int from = text.indexOf("upstream " + name + " {");
    int to = text.indexOf("}", from);
    String servers = "    server " + all(role, " max_fails=1 fail_timeout=2s;\n    server ");
    String block =
        text.substring(from, to)
            .replaceAll(
                "( *server node\\d:8080.*\n)+", servers + " max_fails=1 fail_timeout=2s;\n");
    return text.substring(0, from) + block + text.substring(to);
  }

  private String all(Predicate<Upstream> role, String separator) {
    return nodes.stream()
        .filter(role)
        .map(node -> "127.0.0.1:" + node.http().getPort())
        .collect(Collectors.joining(separator));
  }

  private String unmarked(String text) {
    String result = text;
    for (String mark : marks) {
      String line = "(?m)^(\\s*)#" + mark + ": ";
      if (!Pattern.compile(line).matcher(text).find()) {
        throw new IllegalArgumentException("no optional lines with the mark " + mark);
      }
      result = result.replaceAll(line, "$1");
    }
    return result;
  }

  private String temporaryPaths() {
    var paths = new StringBuilder();
    for (String name : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      paths.append("  %s_temp_path %s;\n".formatted(name, directory.resolve(name)));
    }
    return paths.toString();
  }
}
