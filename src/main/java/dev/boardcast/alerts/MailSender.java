package dev.boardcast.alerts;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailAttachment;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.StartTLSOptions;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends messages as mail in HTML and plain text. Confined to one event loop. */
final class MailSender implements Sender {
  private static final int SMTP = 25;
  private static final int SMTPS = 465;

  private final MailClient client;
  private final AcknowledgeLinks links;
  private final String from;
  private final Duration timeout;

  /**
   * @param server the setting {@code alerts-smtp}
   */
  MailSender(Vertx vertx, String server, AlertsConfig config, AcknowledgeLinks links) {
    this.links = links;
    from = config.mailFrom();
    timeout = config.sendTimeout();
    // The name is not looked up: where there is no DNS, that takes longer than an attempt may.
    client =
        MailClient.create(vertx, options(URI.create(server), timeout).setOwnHostname(hostOf(from)));
  }

  private static MailConfig options(URI server, Duration timeout) {
    boolean isTls = server.getScheme().startsWith("smtps");
    boolean needsStartTls = server.getScheme().endsWith("+starttls");
    var options =
        new MailConfig()
            .setHostname(server.getHost())
            .setPort(server.getPort() > 0 ? server.getPort() : isTls ? SMTPS : SMTP)
            .setSsl(isTls && !needsStartTls)
            .setStarttls(needsStartTls ? StartTLSOptions.REQUIRED : StartTLSOptions.OPTIONAL)
            .setLogin(LoginOption.NONE)
            .setConnectTimeout((int) timeout.toMillis())
            // An attempt that is over does not keep its connection for ever; twice as many
            // connections as attempts, since each may outlive its attempt by one timeout.
            .setIdleTimeout((int) timeout.toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setMaxPoolSize(2 * AlertDispatcher.MAX_SENDING)
            .setKeepAlive(false);
    String user = server.getRawUserInfo();
    if (user != null) {
      String[] parts = user.split(":", 2);
      options
          .setLogin(LoginOption.REQUIRED)
          .setUsername(decoded(parts[0]))
          .setPassword(parts.length > 1 ? decoded(parts[1]) : "");
    }
    return options;
  }

  private static String hostOf(String address) {
    return address.substring(address.indexOf('@') + 1);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public Future<Void> send(Delivery delivery) {
    var text = MessageText.of(delivery, links);
    var message =
        new MailMessage()
            .setFrom(from)
            .setTo(delivery.channel().to())
            .setSubject(text.subject())
            .setText(MailText.plain(text))
            .setHtml(MailText.html(text))
            .setHeaders(
                MultiMap.caseInsensitiveMultiMap()
                    .add("Message-ID", "<" + delivery.id() + "@" + hostOf(from) + ">")
                    .add("Auto-Submitted", "auto-generated"));
    if (delivery.report() != null) {
      message.setAttachment(
          List.of(
              MailAttachment.create()
                  .setName(delivery.report().file())
                  .setContentType(delivery.report().type())
                  .setDisposition("attachment")
                  .setData(delivery.report().content())));
    }
    return client
        .sendMail(message)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .<Void>mapEmpty()
        .recover(cause -> Future.failedFuture(explained(cause)));
  }

  private static DeliveryException explained(Throwable cause) {
    return cause instanceof TimeoutException
        // The dialogue goes on: the client cannot end it.
        ? new DeliveryException("the mail server did not answer in time", true)
        : new DeliveryException("the mail server refused the message, or could not be reached");
  }

  @Override
  public Future<Void> close() {
    return client.close();
  }
}
