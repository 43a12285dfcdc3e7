package dev.boardcast.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.StaticHandler;

/** The pages and the descriptions of the API, served from the jar. */
public final class PageRoutes implements Routes {
  @Override
  public void mount(Router router) {
    var pages =
        StaticHandler.create("web")
            .setCachingEnabled(true)
            .setMaxAgeSeconds(60)
            .setIncludeHidden(false)
            .setDefaultContentEncoding("UTF-8");
    router.get("/").setName("index").handler(pages);
    router.getWithRegex("/[a-zA-Z0-9_-]+\\.(?:js|css|html)").setName("page").handler(pages);
    description(router, "openapi");
    description(router, "asyncapi");
  }

  private static void description(Router router, String name) {
    String file = "api/" + name + ".yaml";
    router
        .get("/" + file)
        .setName(name)
        .handler(
            context ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/yaml")
                    .sendFile(file)
                    .onFailure(context::fail));
  }
}
