"""FedEx's scan event types in the contract's words."""

from workflow.delivery import DeliveryStatus as S

EVENTS: dict[str, S] = {
    "OC": S.ANNOUNCED,  # Shipment information sent to FedEx
    "EP": S.ANNOUNCED,  # Enroute to pickup
    "AP": S.ANNOUNCED,  # At pickup
    "PD": S.ANNOUNCED,  # Pickup delay
    "PU": S.PICKED_UP,  # Picked up
    "PX": S.PICKED_UP,  # Picked up (see details)
    "OF": S.IN_TRANSIT,  # At FedEx origin facility
    "LO": S.IN_TRANSIT,  # Left FedEx origin facility
    "AF": S.IN_TRANSIT,  # At local FedEx facility
    "AR": S.IN_TRANSIT,  # Arrived at FedEx location
    "DP": S.IN_TRANSIT,  # Departed FedEx location
    "SF": S.IN_TRANSIT,  # At destination sort facility
    "FD": S.IN_TRANSIT,  # At FedEx destination facility
    "IT": S.IN_TRANSIT,  # In transit
    "IX": S.IN_TRANSIT,  # In transit (see details)
    "TR": S.IN_TRANSIT,  # Transfer
    "PF": S.IN_TRANSIT,  # Plane in flight
    "PL": S.IN_TRANSIT,  # Plane landed
    "AA": S.IN_TRANSIT,  # At airport
    "CC": S.IN_TRANSIT,  # International shipment release
    "CP": S.IN_TRANSIT,  # Clearance in progress
    "ED": S.OUT_FOR_DELIVERY,  # Enroute to delivery
    "OD": S.OUT_FOR_DELIVERY,  # On FedEx vehicle for delivery
    "AD": S.OUT_FOR_DELIVERY,  # At delivery
    "HL": S.READY_FOR_PICKUP,  # Ready for recipient pickup (hold at location)
    "DE": S.ATTEMPT_FAILED,  # Delivery exception
    "SE": S.ON_HOLD,  # Shipment exception
    "DY": S.ON_HOLD,  # Delay
    "DD": S.ON_HOLD,  # Delivery delay
    "CD": S.ON_HOLD,  # Clearance delay
    "DL": S.DELIVERED,  # Delivered
    "RS": S.RETURNED,  # Returning package to shipper
    "CA": S.CANCELLED,  # Shipment cancelled by sender
}
"""``scanEvents[].eventType``; any other is kept as ``unknown``."""
