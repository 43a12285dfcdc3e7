package dev.boardcast.http.pages;

import static java.util.stream.Collectors.joining;

import dev.boardcast.engine.OptionalArtifact;
import dev.boardcast.http.MethodNotAllowed;
import dev.boardcast.http.ResponseHeaders;
import dev.boardcast.spi.EntityTags;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Routes;
import dev.boardcast.web.GzipResponse;
import dev.boardcast.web.SecurityHeaders;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** Serves the pages, the JavaScript client and the API descriptions from the class path. */
public final class PageRoutes implements Routes {
  private static final String FILE =
      "/((?:(?:pages|client)/)?[a-zA-Z0-9_-]+(?:\\.d)?\\.(?:js|ts|css|html|svg|json))";

  // Everything comes from this origin, in files of its own: no script or style is inside a page.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'%s; base-uri 'none'; form-action 'none'; frame-ancestors %s";

  private final PageFiles files;
  private final String policy;

  /** Pages of a node without an identity provider. */
  public PageRoutes(List<String> frameAncestors) {
    this(frameAncestors, Optional.empty());
  }

  /**
   * @param frameAncestors values of the setting {@code http-frame-ancestors}
   * @param provider where users sign in; empty where they need a token
   */
  public PageRoutes(List<String> frameAncestors, Optional<SignInProvider> provider) {
    this.files = new PageFiles(provider.map(SignInProvider::element).orElse(""));
    this.policy =
        POLICY.formatted(
            provider.map(each -> " " + each.origin()).orElse(""),
            frameAncestors.stream().map(PageRoutes::source).collect(joining(" ")));
  }

  /** Keywords are quoted, origins are not. */
  private static String source(String value) {
    return value.equals("self") || value.equals("none") ? "'" + value + "'" : value;
  }

  private record SignIn(List<String> people) {}

  @Override
  public void mount(Router router) {
    router.get("/").setName("index").handler(context -> send(context, PageFiles.INDEX));
    router
        .getWithRegex(FILE)
        .setName("page")
        .handler(context -> send(context, "web/" + context.pathParam("param0")));
    router
        .routeWithRegex(FILE)
        .handler(new MethodNotAllowed(List.of(HttpMethod.GET, HttpMethod.HEAD)));
    // The routes of a node with --demo precede this one.
    router
        .get("/api/v1/sign-in")
        .setName("signIn")
        .handler(context -> JsonResponse.json(context, 200, new SignIn(List.of())));
    for (String name : List.of("openapi", "asyncapi")) {
      String file = "api/" + name + ".yaml";
      router.get("/" + file).setName(name).handler(context -> send(context, file));
    }
  }

  private void send(RoutingContext context, String name) {
    var known = EntityTags.ifNoneMatch(context.request());
    files
        .find(context.vertx(), name)
        .onFailure(context::fail)
        .onSuccess(
            found -> {
              if (found.isEmpty()) context.fail(absent(name));
              else send(context, known, name, found.get());
            });
  }

  private static Problem absent(String name) {
    return name.endsWith("/" + PageFiles.CHART)
        ? Problem.of(404, "Not found", OptionalArtifact.CHART_JS.reason("a chart"))
        : Problem.notFound("this page");
  }

  private void send(
      RoutingContext context, Optional<EntityTags> known, String name, PageFile file) {
    var response = context.response();
    if (response.ended() || response.closed()) return;
    ResponseHeaders.sameForAll(context);
    boolean isImmutable = name.endsWith("/" + PageFiles.CHART);
    response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    response.putHeader(HttpHeaders.CACHE_CONTROL, isImmutable ? "max-age=86400" : "no-cache");
    // On 304 too: a browser replaces the headers that it has stored.
    if (name.endsWith(".html")) {
      response.putHeader(SecurityHeaders.CONTENT_SECURITY_POLICY, policy);
    }
    boolean isGzip = GzipResponse.isWanted(context);
    if (EntityTags.endUnchanged(context, known, file.tag(isGzip))) return;
    response.putHeader(HttpHeaders.CONTENT_TYPE, file.type());
    if (isGzip) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip").end(file.gzipped());
    } else {
      response.end(file.plain());
    }
  }
}
