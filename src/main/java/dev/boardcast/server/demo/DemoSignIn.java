package dev.boardcast.server.demo;

import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Routes;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.constraints.NotNull;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Issues tokens for the demo's users without a password, to clients on the node's own machine only:
 * both the client's address and the host it asks for must be loopback. Others get an empty list.
 */
final class DemoSignIn implements Routes {
  /** The user with the role admin. */
  public static final String ADMIN = "admin";

  private static final String PATH = "/api/v1/sign-in";
  private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

  private final Function<String, String> token;

  /**
   * @param token a new token for a user
   */
  public DemoSignIn(Function<String, String> token) {
    this.token = token;
  }

  private record People(List<String> people) {}

  private record SignIn(@NotNull String user) {}

  private record Token(String token) {}

  @Override
  public void mount(Router router) {
    router
        .get(PATH)
        .setName("signIn")
        .handler(context -> JsonResponse.json(context, 200, new People(people(context))));
    router.post(PATH).setName("signInAs").handler(this::signIn);
  }

  private void signIn(RoutingContext context) {
    String user = JsonBody.read(context, SignIn.class).user();
    if (!people(context).contains(user)) throw Problem.forbidden("not a user of the demo");
    context.response().putHeader("Cache-Control", "no-store");
    JsonResponse.json(context, 200, new Token(token.apply(user)));
  }

  private static List<String> people(RoutingContext context) {
    if (!isLocal(context.request())) return List.of();
    var people = new ArrayList<>(TaskTraffic.USERS);
    people.add(ADMIN);
    return people;
  }

  /** A proxy on this machine forwards the host that remote clients ask for, or names the client. */
  private static boolean isLocal(HttpServerRequest request) {
    var authority = request.authority();
    return request.remoteAddress() != null
        && NAMES.contains(request.remoteAddress().hostAddress())
        && authority != null
        && NAMES.contains(authority.host())
        && !request.headers().contains("X-Forwarded-For")
        && !request.headers().contains("Forwarded");
  }
}
