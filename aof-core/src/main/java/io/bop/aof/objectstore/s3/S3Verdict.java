package io.bop.aof.objectstore.s3;

import io.bop.aof.objectstore.ObjectStoreException.Reason;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * What an error that the service answered means.
 *
 * @param reason why the call failed
 * @param phrase begins the message
 * @param action what somebody can do about it; null: nothing
 */
record S3Verdict(Reason reason, String phrase, @Nullable String action) {

  private static final String REFUSED = "object store refused the request";
  private static final String FAILED = "object store failed";

  /** The error code for an object that must be restored before it can be read. */
  static final String ARCHIVED = "InvalidObjectState";

  private static final Set<String> CHECKSUM_CODES =
      Set.of(
          "BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch");

  /**
   * The verdict; first by the error code, which is exact, then by the status.
   *
   * @param permission that the call needs
   */
  static S3Verdict of(String permission, int status, String code) {
    @Nullable S3Verdict byCode = ofCode(permission, code);
    return byCode == null ? ofStatus(permission, status) : byCode;
  }

  /** Whether a condition of the request did not hold. */
  static boolean isPreconditionFailed(AwsServiceException answered) {
    return answered.statusCode() == 412;
  }

  /**
   * Whether the service does not want a request of this shape: an error that is about neither the
   * caller nor its place nor the state of things, or one about a checksum.
   */
  static boolean isRefusal(int status, String code) {
    boolean aboutChecksum = CHECKSUM_CODES.contains(code);
    boolean aboutShape = status == 501 || status == 405 || status == 400;
    return aboutChecksum
        || aboutShape && (code.equals("NotImplemented") || ofCode("", code) == null);
  }

  private static @Nullable S3Verdict ofCode(String permission, String code) {
    return switch (code) {
      case ServiceClock.REFUSED ->
          refused("object store refused the clock", "set the clock of this machine");
      case "InvalidAccessKeyId" -> refused("access key is unknown", "check tier2.s3.access-key");
      case "SignatureDoesNotMatch" ->
          refused(
              "signature is wrong", "check tier2.s3.secret-key; it does not fit the access key");
      case "ExpiredToken", "TokenRefreshRequired", "InvalidToken" ->
          refused("session token is no longer valid", "renew the temporary credentials");
      case "AccessDenied", "AllAccessDisabled", "AccountProblem" -> denied(permission);
      case "AuthorizationHeaderMalformed", "IncorrectEndpoint", "PermanentRedirect" ->
          refused("bucket is in another region", "set tier2.s3.region and endpoint to its own");
      case "NoSuchBucket" ->
          new S3Verdict(
              Reason.UNAVAILABLE,
              "bucket does not exist",
              "create it, or correct tier2.s3.bucket and endpoint");
      case "NoSuchKey" -> missing();
      case "InvalidRange" ->
          new S3Verdict(Reason.CORRUPT, "object ends before the range that was asked for", null);
      case "QuotaExceeded", "ServiceQuotaExceeded", "InsufficientStorage", "XMinioStorageFull" ->
          noSpace();
      case "BadDigest",
          "InvalidDigest",
          "XAmzContentChecksumMismatch",
          "XAmzContentSHA256Mismatch" ->
          // The body was right when it was read here, so it was harmed on its way.
          new S3Verdict(Reason.TRANSIENT, "body was harmed on its way", null);
      case "RequestTimeout", "IncompleteBody", "OperationAborted", "ConditionalRequestConflict" ->
          again();
      case "SlowDown", "SlowDownRead", "SlowDownWrite", "Busy", "TooManyRequests" -> throttled();
      // Some with status 400: the key service behind an encrypted bucket, and gateways.
      case "Throttling",
          "ThrottlingException",
          "ThrottledException",
          "RequestThrottled",
          "RequestThrottledException",
          "RequestLimitExceeded",
          "BandwidthLimitExceeded" ->
          throttled();
      case ARCHIVED ->
          refused(
              "object is in an archive of the service",
              "restore it, and end the lifecycle rule that moves the store's objects there");
      case "NotImplemented" -> notImplemented();
      default -> null;
    };
  }

  private static S3Verdict ofStatus(String permission, int status) {
    return switch (status) {
      case 401, 403 -> unexplained(permission);
      case 404 -> missing();
      case 301, 307 ->
          refused("bucket is elsewhere", "set tier2.s3.region and endpoint to its own");
      case 408, 409, 425 -> again();
      case 416 ->
          new S3Verdict(Reason.CORRUPT, "object ends before the range that was asked for", null);
      case 429, 503 -> throttled();
      case 501, 505 -> notImplemented();
      case 507 -> noSpace();
      default ->
          status >= 500
              ? new S3Verdict(Reason.TRANSIENT, FAILED, null)
              : refused(REFUSED, "see the code and the settings below tier2.s3");
    };
  }

  private static S3Verdict denied(String permission) {
    return refused("access denied", "permit " + permission);
  }

  /** An answer without a body, as to HEAD, does not tell a wrong key from a missing permission. */
  private static S3Verdict unexplained(String permission) {
    return refused(
        "access denied",
        "check tier2.s3.access-key, secret-key and the clock; permit " + permission);
  }

  private static S3Verdict refused(String phrase, String action) {
    return new S3Verdict(Reason.AUTHORIZATION, phrase, action);
  }

  private static S3Verdict missing() {
    return new S3Verdict(Reason.MISSING, "no such object", null);
  }

  private static S3Verdict noSpace() {
    return new S3Verdict(Reason.NO_SPACE, "object store has no room", "raise its quota");
  }

  private static S3Verdict throttled() {
    return new S3Verdict(Reason.TRANSIENT, "object store is busy", null);
  }

  private static S3Verdict again() {
    return new S3Verdict(Reason.TRANSIENT, FAILED, null);
  }

  private static S3Verdict notImplemented() {
    return refused(
        "object store cannot do this",
        "see storage-class, tags, sse and compatibility settings below tier2.s3");
  }
}
