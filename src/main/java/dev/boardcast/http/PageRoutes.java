package dev.boardcast.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.StaticHandler;

/** The pages, served from the jar. */
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
  }
}
