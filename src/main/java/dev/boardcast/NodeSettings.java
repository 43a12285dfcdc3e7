package dev.boardcast;

import dev.boardcast.admin.AdminConfig;
import dev.boardcast.alerts.AlertsConfig;
import dev.boardcast.auth.AuthConfig;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.events.EmitterConfig;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.memory.BroadcastConfig;
import dev.boardcast.metrics.MetricsConfig;
import dev.boardcast.sources.SourceConfig;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.web.TlsConfig;
import dev.boardcast.web.audit.AuditTrailConfig;
import dev.boardcast.web.limits.LimitsConfig;

/** The settings of a node without those of its boards: one component for each part. */
record NodeSettings(
    NodeConfig node,
    DatabaseConfig database,
    ClusterConfig cluster,
    AuthConfig auth,
    HttpConfig http,
    TlsConfig tls,
    LimitsConfig limits,
    AdminConfig admin,
    AuditTrailConfig audit,
    EmitterConfig emitter,
    MetricsConfig metrics,
    AlertsConfig alerts,
    SourceConfig sources,
    BroadcastConfig broadcast,
    GatewayConfig gateway) {

  NodeSettings {
    // An event stream is quiet until the gateway sends a comment.
    if (http.idleLimit().compareTo(gateway.pingInterval()) <= 0) {
      throw new InvalidSettingException("http-idle-limit", "more than gateway-ping-interval");
    }
  }
}
