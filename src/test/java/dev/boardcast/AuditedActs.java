package dev.boardcast;

import dev.boardcast.testing.Person;
import java.util.ArrayList;
import java.util.List;

/** A request for every act of the audit trail; the last one ends the node. */
final class AuditedActs {
  static final String RUN =
      """
      {"time_window_start":"2026-01-01T00:00:00Z","time_window_end":"2026-01-02T00:00:00Z",\
      "trigger_type":"manual"}""";
  static final List<String> INVITED = List.of("by-acceptInvitation", "by-declineInvitation", "wes");
  static final String OWNER = "by-handTeamOver";

  /** A file of a board to which facts are added. */
  static final String DECLARED_BOARD =
      """
      version: 2
      name: declared
      title: Declared
      facts: {at: time}
      time: at
      metrics: {facts: {count: all, label: Facts}}
      """;

  static final String DECISION = "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":1}";

  /**
   * Acts on things that exist.
   *
   * @param team to which {@link #INVITED} are invited, with the members mate and mia and the owner
   *     {@link #OWNER}
   * @param message the id of a classified message
   * @param schedule of analysis runs
   * @param otherNode the name of a node that may be drained
   */
  record Things(
      String topic,
      String run,
      String revocation,
      String session,
      String team,
      String node,
      String otherNode,
      AlertThings alerts,
      String annotation,
      String message,
      String schedule) {}

  /**
   * An open alert, a rule, a dead letter, a silence and a schedule of reports; the channel is
   * called ops.
   */
  record AlertThings(String alert, String rule, String message, String silence, String report) {}

  /**
   * A request.
   *
   * @param operation its id in the description of the API
   * @param body null for none
   * @param target of its row; null for the id in the response
   * @param role the caller needs; empty for none
   */
  record Act(
      String operation,
      String method,
      String path,
      String body,
      String action,
      String target,
      String role) {
    String actor() {
      return "by-" + operation;
    }

    String token() {
      return Person.of(actor()).with(role.isEmpty() ? "none" : role).token();
    }

    String tokenWithoutRole() {
      return Person.of(actor()).with("none").token();
    }
  }

  private final List<Act> acts = new ArrayList<>();

  private AuditedActs() {}

  static List<Act> on(Things things) {
    var all = new AuditedActs();
    all.addFacts();
    all.addAnalysis(things);
    all.addTeam(things.team());
    all.addAlerts(things);
    all.addAnnotations(things.annotation());
    all.addAdministration(things);
    return all.acts;
  }

  private void addFacts() {
    fact("addBoardFacts", "/api/v1/boards/declared/facts", "{\"at\":\"2026-01-01T00:00:00Z\"}");
    fact("addRoutingDecisions", "/routing/decisions", DECISION);
    administer(
        "setPrice",
        "POST",
        "/api/v1/routing/prices",
        "{\"provider\":\"p\",\"model\":\"m\",\"valid_from\":\"2026-01-01T00:00:00Z\",\"input\":1,\"output\":2}",
        "price.set",
        "p/m");
    administer(
        "removePrice",
        "DELETE",
        "/api/v1/routing/prices?provider=p&model=m&valid_from=2026-01-01T00:00:00Z",
        null,
        "price.removed",
        "p/m");
    administer(
        "setBudget",
        "POST",
        "/api/v1/routing/budgets",
        "{\"scope\":\"team\",\"name\":\"n\",\"period\":\"day\",\"amount\":1}",
        "budget.set",
        "team:n:day");
    administer(
        "removeBudget",
        "DELETE",
        "/api/v1/routing/budgets?scope=team&name=n&period=day",
        null,
        "budget.removed",
        "team:n:day");
    fact("addMessages", "/api/v1/messages", "{\"noise\":true}");
    fact(
        "addPlatformTransactions",
        "/api/v1/analytics/transactions",
        "{\"transaction_id\":\"t\",\"user_id\":\"u\",\"amount\":1,\"status\":\"completed\"}");
    administer(
        "setRates",
        "POST",
        "/api/v1/analytics/rates",
        "{\"rates\":[{\"currency\":\"EUR\",\"valid_from\":\"2026-01-01\",\"rate\":1.08}]}",
        "rate.set",
        "EUR:2026-01-01");
    administer(
        "removeRate",
        "DELETE",
        "/api/v1/analytics/rates?currency=EUR&valid_from=2026-01-01",
        null,
        "rate.removed",
        "EUR:2026-01-01");
    fact("addPlatformViews", "/api/v1/analytics/views", "{\"content_id\":\"c\"}");
    fact("addPlatformActivity", "/api/v1/analytics/activity", "{\"user_id\":\"u\"}");
    fact(
        "addScrapeRuns",
        "/api/v1/monitoring/scrape-runs",
        """
        {"source":"s","status":"success","records":1,"started_at":"2026-01-01T00:00:00Z",\
        "finished_at":"2026-01-01T00:01:00Z"}""");
    fact(
        "addQualitySamples",
        "/api/v1/monitoring/quality-samples",
        """
        {"source":"s","geocoding_attempts":1,"geocoding_successes":1,"validation_attempts":1,\
        "validation_passes":1}""");
    add(
        "publishEvents",
        "POST",
        "/api/v1/streams/agents/events",
        "{\"type\":\"seen\",\"data\":{}}",
        "events.published",
        "agents",
        "publish");
  }

  private void addAnalysis(Things on) {
    String topics = "/api/v1/topics";
    String runs = "/api/v1/analysis/runs";
    String topic = "{\"name\":\"wires\",\"description\":\"d\"}";
    write("createTopic", "POST", topics, topic, "topic.created", null);
    write(
        "updateTopic",
        "PATCH",
        topics + "/" + on.topic(),
        "{\"description\":\"other\"}",
        "topic.updated",
        on.topic());
    write("openRun", "POST", runs, RUN, "run.opened", null);
    write("closeRun", "POST", runs + "/" + on.run() + "/close", null, "run.closed", on.run());
    String label = "/api/v1/messages/" + on.message() + "/label";
    String correct = "message.label_corrected";
    write("correctLabel", "PUT", label, "{\"true_label\":\"b\"}", correct, on.message());
    write("withdrawLabel", "DELETE", label, null, "message.label_withdrawn", on.message());
    String schedules = "/api/v1/analysis/schedules";
    String daily = "{\"name\":\"daily\",\"at\":\"08:00\",\"period\":\"day\"}";
    String created = "analysis_schedule.created";
    write("createAnalysisSchedule", "POST", schedules, daily, created, null);
    write(
        "deleteAnalysisSchedule",
        "DELETE",
        schedules + "/" + on.schedule(),
        null,
        "analysis_schedule.deleted",
        on.schedule());
    write(
        "giveFeedback",
        "POST",
        "/api/v1/proposals/p1/feedback",
        "{\"verdict\":\"approved\"}",
        "feedback.given",
        "p1");
  }

  private void addTeam(String id) {
    String team = "/api/v1/teams/" + id;
    String on = "team:" + id;
    String mate = "{\"user_id\":\"mate\"}";
    String zoe = "{\"user_id\":\"zoe\"}";
    manage("createTeam", "POST", "/api/v1/teams", "{\"name\":\"n\"}", "created", null);
    manage("renameTeam", "PATCH", team, "{\"name\":\"other\"}", "renamed", on);
    manage("addMember", "POST", team + "/members", zoe, "member_added", on + " user:zoe");
    manage(
        "changeRole",
        "PATCH",
        team + "/members/mate",
        "{\"role\":\"owner\"}",
        "role_changed",
        on + " user:mate role:owner");
    add(
        "handTeamOver",
        "POST",
        team + "/hand-over",
        mate,
        "team.handed_over",
        on + " user:mate",
        "");
    manage(
        "removeMember", "DELETE", team + "/members/mia", null, "member_removed", on + " user:mia");
    manage(
        "inviteToTeam",
        "POST",
        team + "/invitations",
        "{\"user_id\":\"ivy\"}",
        "user_invited",
        on + " user:ivy");
    manage(
        "withdrawInvitation",
        "DELETE",
        team + "/invitations/wes",
        null,
        "invitation_withdrawn",
        on + " user:wes");
    String own = "/api/v1/invitations/" + id;
    manage("acceptInvitation", "POST", own + "/accept", null, "invitation_accepted", on);
    manage("declineInvitation", "DELETE", own, null, "invitation_declined", on);
    manage("deleteTeam", "DELETE", team, null, "deleted", on);
  }

  private void addAlerts(Things on) {
    String alerts = "/api/v1/alerts";
    String rule =
        """
        {"name":"%s","board":"routing","metric":"total_cost","condition":"above","bound":1}""";
    String one = alerts + "/" + on.alerts().alert();
    String rules = alerts + "/rules";
    String channels = alerts + "/channels/";
    String hook = "{\"type\":\"webhook\",\"url\":\"https://192.0.2.1/\"}";
    administer(
        "createAlertRule", "POST", rules, rule.formatted("first"), "alert_rule.created", null);
    administer("putAlertChannel", "PUT", channels + "new", hook, "alert_channel.replaced", "new");
    administer(
        "testAlertChannel", "POST", channels + "ops/test", null, "alert_channel.tested", "ops");
    administer(
        "deleteAlertChannel", "DELETE", channels + "ops", null, "alert_channel.deleted", "ops");
    String message = on.alerts().message();
    administer(
        "retryAlertMessage",
        "POST",
        alerts + "/messages/" + message + "/retry",
        null,
        "alert_message.retried",
        message);
    String silence = "{\"board\":\"routing\",\"ends_at\":\"%s\"}";
    administer(
        "createAlertSilence",
        "POST",
        alerts + "/silences",
        silence.formatted(java.time.Instant.now().plusSeconds(60)),
        "alert_silence.created",
        null);
    administer(
        "endAlertSilence",
        "DELETE",
        alerts + "/silences/" + on.alerts().silence(),
        null,
        "alert_silence.ended",
        on.alerts().silence());
    String schedule =
        "{\"name\":\"new\",\"board\":\"routing\",\"at\":\"08:00\",\"period\":\"week\","
            + "\"channels\":[\"reports\"]}";
    administer(
        "createReportSchedule",
        "POST",
        "/api/v1/reports",
        schedule,
        "report_schedule.created",
        null);
    String report = on.alerts().report();
    administer(
        "deleteReportSchedule",
        "DELETE",
        "/api/v1/reports/" + report,
        null,
        "report_schedule.deleted",
        report);
    String id = on.alerts().alert();
    add("muteAlert", "POST", one + "/mute", "{}", "alert.muted", id, "alerts");
    add("unmuteAlert", "POST", one + "/unmute", null, "alert.unmuted", id, "alerts");
    add("acknowledgeAlert", "POST", one + "/acknowledge", "{}", "alert.acknowledged", id, "alerts");
    administer(
        "replaceAlertRule",
        "PUT",
        rules + "/" + on.alerts().rule(),
        rule.formatted("other"),
        "alert_rule.replaced",
        on.alerts().rule());
    administer(
        "deleteAlertRule",
        "DELETE",
        rules + "/" + on.alerts().rule(),
        null,
        "alert_rule.deleted",
        on.alerts().rule());
  }

  private void addAnnotations(String id) {
    String annotations = "/api/v1/annotations";
    String body = "{\"at\":\"2026-01-01T00:00:00Z\",\"title\":\"deploy\"}";
    add("createAnnotation", "POST", annotations, body, "annotation.created", null, "annotate");
    administer(
        "deleteAnnotation", "DELETE", annotations + "/" + id, null, "annotation.deleted", id);
  }

  private void addAdministration(Things on) {
    String admin = "/api/v1/admin";
    String revocations = admin + "/revocations";
    administer(
        "recomputeBoard",
        "POST",
        admin + "/boards/routing/recompute",
        null,
        "board.recomputed",
        "routing");
    administer(
        "addRevocation",
        "POST",
        revocations,
        "{\"user\":\"bob\",\"reason\":\"r\"}",
        "revocation.created",
        "user:bob");
    administer(
        "liftRevocation",
        "DELETE",
        revocations + "/" + on.revocation(),
        null,
        "revocation.lifted",
        on.revocation());
    administer(
        "eraseUser",
        "POST",
        admin + "/erasures",
        "{\"user\":\"nobody-at-all\",\"dry_run\":true}",
        "user.erased",
        null);
    add(
        "signOutEverywhere",
        "DELETE",
        "/api/v1/sessions",
        null,
        "user.signed_out",
        "user:by-signOutEverywhere",
        "");
    administer(
        "endSession",
        "DELETE",
        admin + "/sessions/" + on.session(),
        null,
        "session.ended",
        on.session());
    administer(
        "drainNode",
        "POST",
        admin + "/nodes/" + on.otherNode() + "/drain",
        null,
        "node.drained",
        on.otherNode());
    administer(
        "setLogLevel",
        "PUT",
        admin + "/log-levels",
        "{\"logger\":\"dev.boardcast.admin\",\"level\":\"info\",\"for\":\"1s\"}",
        "log_level.changed",
        "dev.boardcast.admin=info");
    administer("drainThisNode", "POST", "/admin/drain", null, "node.drained", on.node());
  }

  private void manage(
      String operation, String method, String path, String body, String change, String target) {
    add(operation, method, path, body, "team." + change, target, "admin");
  }

  private void fact(String operation, String path, String body) {
    add(operation, "POST", path, body, "facts.added", path, "ingest");
  }

  private void write(
      String operation, String method, String path, String body, String action, String target) {
    add(operation, method, path, body, action, target, "ingest");
  }

  private void administer(
      String operation, String method, String path, String body, String action, String target) {
    add(operation, method, path, body, action, target, "admin");
  }

  private void add(
      String operation,
      String method,
      String path,
      String body,
      String action,
      String target,
      String role) {
    acts.add(new Act(operation, method, path, body, action, target, role));
  }
}
