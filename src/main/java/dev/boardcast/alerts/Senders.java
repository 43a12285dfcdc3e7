package dev.boardcast.alerts;

import dev.boardcast.engine.OptionalArtifact;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;

/** The senders of one node, by the type of channel. Confined to one event loop. */
final class Senders {
  private final AlertsConfig config;
  private final AcknowledgeLinks links;
  private final Pool pool;
  private Sender webhooks;
  private Sender mail;

  Senders(AlertsConfig config, AcknowledgeLinks links, Pool pool) {
    this.config = config;
    this.links = links;
    this.pool = pool;
  }

  Future<Void> start(Vertx vertx) {
    webhooks = new WebhookSender(vertx, config, links);
    if (config.smtp().isPresent() && OptionalArtifact.MAIL_CLIENT.isPresent()) {
      mail = new MailSender(vertx, config.smtp().get(), config, links);
    }
    return Future.succeededFuture();
  }

  Future<Void> send(Delivery delivery) {
    boolean isMail = delivery.channel().type() == Channel.Type.EMAIL;
    if (isMail && mail == null) {
      return Future.failedFuture(
          new DeliveryException(
              config.smtp().isEmpty()
                  ? "alerts-smtp is not set"
                  : OptionalArtifact.MAIL_CLIENT.reason("mail")));
    }
    return links.load(pool).compose(known -> (isMail ? mail : webhooks).send(delivery));
  }

  Future<Void> close() {
    return webhooks
        .close()
        .eventually(() -> mail == null ? Future.succeededFuture() : mail.close());
  }
}
