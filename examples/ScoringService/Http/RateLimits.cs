using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace ScoringService.Http;

/// <summary>How many requests are let in: at once, which bounds the memory, and a second from one address.</summary>
internal static class RateLimits
{
    public static void Set(RateLimiterOptions limiter, ServiceOptions options)
    {
        // At once first: what is refused there has not used up a request of its address.
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(AtOnce(options), OfAddress(options));
        limiter.OnRejected = async (rejected, _) =>
        {
            int seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait)
                ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))
                : 1;
            await Problems.Write(rejected.HttpContext, new Refusal(
                StatusCodes.Status429TooManyRequests,
                $"Too many requests came: at most {options.RequestsPerSecond} a second from one address, "
                + $"{options.RequestBurst} after a pause, and {options.MaxRequestsAtOnce} at once are taken. Try again in {seconds} s.")
            {
                RetryAfter = seconds,
            });
        };
    }

    private static PartitionedRateLimiter<HttpContext> AtOnce(ServiceOptions options) =>
        PartitionedRateLimiter.Create<HttpContext, int>(_ => RateLimitPartition.GetConcurrencyLimiter(
            0, _ => new ConcurrencyLimiterOptions { PermitLimit = options.MaxRequestsAtOnce, QueueLimit = 0 }));

    private static PartitionedRateLimiter<HttpContext> OfAddress(ServiceOptions options) =>
        PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => RateLimitPartition.GetTokenBucketLimiter(
            context.Connection.RemoteIpAddress ?? IPAddress.None,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = options.RequestBurst,
                TokensPerPeriod = options.RequestsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            }));
}
