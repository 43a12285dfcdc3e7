import io.vertx.core.Vertx;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;

/** Vert.x's event-bus bridge: POST /publish publishes the body at the address "bench". */
final class Bridge {
  public static void main(String[] arguments) {
    var vertx = Vertx.vertx();
    var router = Router.router(vertx);
    var permitted = new PermittedOptions().setAddress("bench");
    var options = new SockJSBridgeOptions().addOutboundPermitted(permitted);
    router.route("/eventbus/*").subRouter(SockJSHandler.create(vertx).bridge(options));
    router
        .post("/publish")
        .handler(BodyHandler.create(false))
        .handler(
            context -> {
              vertx.eventBus().publish("bench", context.body().asString());
              context.response().setStatusCode(204).end();
            });
    vertx
        .createHttpServer()
        .requestHandler(router)
        .listen(Integer.parseInt(arguments[0]), "127.0.0.1")
        .onSuccess(server -> System.out.println("ready"));
  }
}
