using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace ScoringService.Http;

/// <summary>How many requests are let in: at once, which bounds the memory, and a second from one address.</summary>
internal static class RateLimits
{
    private const int NetworkBytes = 8;

    public static void Set(RateLimiterOptions limiter, ServiceOptions options)
    {
        // An address first: what it has too much takes nobody else's place. What is refused has not used up a request.
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(AtOnceOfAddress(options), AtOnce(options), OfAddress(options));
        limiter.OnRejected = async (rejected, _) =>
        {
            int seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait)
                ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))
                : 1;
            await Problems.Write(rejected.HttpContext, new Refusal(
                StatusCodes.Status429TooManyRequests,
                $"Too many requests came: at most {options.RequestsPerSecond} a second from one address, "
                + $"{options.RequestBurst} after a pause, {options.MaxRequestsOfAddress} of it and {options.MaxRequestsAtOnce} at once are taken. Try again in {seconds} s.")
            {
                RetryAfter = seconds,
            });
        };
    }

    private static PartitionedRateLimiter<HttpContext> AtOnce(ServiceOptions options) =>
        PartitionedRateLimiter.Create<HttpContext, int>(_ => RateLimitPartition.GetConcurrencyLimiter(
            0, _ => new ConcurrencyLimiterOptions { PermitLimit = options.MaxRequestsAtOnce, QueueLimit = 0 }));

    private static PartitionedRateLimiter<HttpContext> AtOnceOfAddress(ServiceOptions options) =>
        PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => RateLimitPartition.GetConcurrencyLimiter(
            Address(context), _ => new ConcurrencyLimiterOptions { PermitLimit = options.MaxRequestsOfAddress, QueueLimit = 0 }));

    /// <summary>Of an IPv6 address its network, which is all one client's.</summary>
    private static IPAddress Address(HttpContext context)
    {
        IPAddress address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6) return address;
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }

    private static PartitionedRateLimiter<HttpContext> OfAddress(ServiceOptions options) =>
        PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => RateLimitPartition.GetTokenBucketLimiter(
            Address(context),
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = options.RequestBurst,
                TokensPerPeriod = options.RequestsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            }));
}
