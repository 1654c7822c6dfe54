"""Tries the Open311 face with the client library `georeport` from PyPI, in JSON and XML: what is offered, a complaint and a
consultation sent (the library only looks, so they are posted as the standard writes), found again by number and in the list."""

import sys
from urllib.parse import urlsplit

import requests
from georeport import GeoReport

root, key = sys.argv[1:3]
parts = urlsplit(root)
# The library has no place for a key where it looks: the token is the password of the address.
keyed = f"{parts.scheme}://client:{key}@{parts.netloc}{parts.path}"

for output in ("json", "xml"):
    city = GeoReport(keyed, jurisdiction="example.gov", output_format=output)
    services = city.get_service_list()
    assert {one["service_code"] for one in services} == {"consultation", "complaint"}, services
    definition = city.get_service_definition("complaint")
    assert "respondent_name" in str(definition) and "refund" in str(definition), definition
    for form in (
        {"service_code": "consultation", "description": "手机三包怎么算"},
        {
            "service_code": "complaint",
            "description": "购买的牛奶已经变质",
            "first_name": "芳",
            "last_name": "王",
            "phone": "13812345678",
            "address_string": "南江区测试街1号",
            "lat": "45.75",
            "long": "126.65",
            "attribute[respondent_name]": "好再来超市",
            "attribute[demands][]": "refund",
        },
    ):
        answer = requests.post(f"{root}/requests.json", data={"api_key": key, **form}, timeout=10)
        assert answer.status_code == 200, answer.text
        number = answer.json()[0]["service_request_id"]
        one = city.get_service_request(number)
        assert one["service_request_id"] == number and one["status"] == "open", one
        assert "王芳" not in str(one) and "13812345678" not in str(one), one
        all_open = city.get_service_requests(service_code=form["service_code"], status="open")
        assert any(found["service_request_id"] == number for found in all_open), number
print("open311: georeport reads what is offered and what became of requests, in JSON and XML")
