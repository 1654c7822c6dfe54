#!/usr/bin/env python3
"""A register of traders that do not exist and mentions of them as people write names: `noisy-names.py --brands FILE.txt.gz --out DIR`.

The words here are this script's own: no list of the parser (`crates/triage/data`) is read. Brands come from a public list of short names,
trades from GB/T 4754 (`crates/codes/data/industry.tsv`) and from a list below. What both must share are the names of regions.

Writes DIR/register.tsv (name, code, address, aliases) and DIR/mentions.tsv (kind, line of the true trader or nothing, name, code, address).
A quarter of the traders meant are not in the register.
"""
import argparse
import gzip
import pathlib
import random
import re

CITIES = {
    "哈尔滨": ("黑龙江", "道里 南岗 道外 香坊 松北 平房 呼兰 阿城"), "齐齐哈尔": ("黑龙江", "龙沙 建华 铁锋 昂昂溪"), "大庆": ("黑龙江", "萨尔图 龙凤 让胡路 红岗"),
    "牡丹江": ("黑龙江", "东安 阳明 爱民 西安"), "长沙": ("湖南", "芙蓉 天心 岳麓 开福 雨花 望城"), "杭州": ("浙江", "上城 拱墅 西湖 滨江 萧山 余杭"),
    "成都": ("四川", "锦江 青羊 金牛 武侯 成华 龙泉驿"), "郑州": ("河南", "中原 二七 金水 惠济"),
}
STREETS = "中央大街 经纬街 友谊路 新阳路 西大直街 果戈里大街 一曼街 南通大街 靖宇街 红旗大街 学府路 和兴路 哈平路 三大动力路 衡山路 长江路 黄河路 赣水路 淮河路 民生路 "
STREETS += "文昌街 宣化街 革新街 大成街 人和街 建设街 迎宾路 机场路 平安路 幸福路 光华路 香滨路 通达街 安宁街 建国街 抚顺街 地德里街 康安路 群力大道 丽江路 四方台大道 五一路 "
STREETS += "蔡锷路 人民路 新华路 解放路 胜利街 朝阳路 光明街 站前街 育才路 文化路 花园街 工农路 前进路 民主街 和平路 团结巷 幸福巷 裕华巷 顺河街 东风路"
EVERYDAY = """小餐馆 饺子王 骨头馆 酱骨头馆 春饼店 麻辣拌 锅包肉馆 过桥米线 馄饨铺 豆浆油条 盖浇饭 烤冷面 铁板烧 涮羊肉 自助餐厅 素食馆 日式料理 韩国料理 西餐 食堂 食品 烟酒超市 烟酒店 便利店
生活超市 仓买 水果店 蔬菜超市 粮油店 冷鲜肉店 海鲜行 干调店 茶庄 大药房 药店 诊所 口腔门诊 美容院 美发店 理发店 足疗馆 洗浴中心 按摩院 养生馆 健身房 瑜伽馆 台球社 网吧 歌厅 宾馆 快捷酒店 旅店
公寓 服装店 童装店 鞋店 内衣店 羽绒服 窗帘城 家具城 灯具店 五金店 建材商店 门窗厂 装饰装修 地板专卖 手机店 电脑公司 家电维修 修车行 汽车修理厂 汽车美容 轮胎店 电动车行 驾校 幼儿园 培训学校 英语培训
文具店 书店 打字复印社 照相馆 婚纱摄影 花店 宠物店 眼镜店 钟表行 金店 母婴店 玩具店 干洗店 开锁服务 保洁服务 搬家服务 家政服务 快递 物流 货运站 旅行社 房屋中介 物业服务 商贸 贸易 科技 网络科技 电子商务 餐饮管理
食品加工 生物科技 建筑工程 广告传媒 文化传播 企业管理 信息技术 农业开发 粮油贸易 医疗器械 汽车销售服务 房地产开发 教育咨询 酒店管理 健康管理 供应链管理 环保科技 新能源""".split()
COMPANY = ["有限公司"] * 12 + ["有限责任公司"] * 5 + ["股份有限公司", "集团有限公司"]
HOUSE = [""] * 10 + ["店", "经营部", "商行", "商店", "门市部", "工作室", "服务部", "批发部"]
# written one for the other by people who type by sound
HEARD = """鑫新欣馨心信 源园元缘圆原 盛胜圣晟 福富伏 华花桦 丰峰锋风枫 美梅 佳家嘉加 利力丽立 明名铭 龙隆 金今锦 祥翔详 和合禾河 宏红鸿虹洪 兴星行 天添 宝保 雅亚 恒衡 瑞锐 诚成城程 永勇 东冬 百佰柏 博柏 艺怡宜逸益
优悠 安岸 康抗 顺舜 达答 佳佳 玉裕誉御 汇惠慧会 思斯丝 春纯 海孩 正政 万皖 友有优 来莱 喜熙 好号 光广 山珊 林琳 文闻 民敏 振镇 三山 四寺 老姥 师狮 味卫 食时 鲜先 香湘 莱来 朋鹏 清青 云芸 尚上 妈玛 子紫""".split()
SEEN = ["己已", "末未", "土士", "大太", "日曰", "天夭", "千干", "侯候", "折析", "晴睛", "冷泠", "住佳", "今令", "白百", "贝见", "王玉", "午牛", "免兔", "茶荼", "鸟乌", "治冶", "田由", "园圆", "侍待", "拔拨", "宜宣", "朋明", "兰三", "莱菜", "蓝篮"]
OLD = str.maketrans("来东车马鸟鱼龙门开关饭馆药业华红丽乐兴发财宝盖万与书专义乡买卖亚产亲从们众优会传体余侠偿儿克党兰养农冲决净凤创别剧办动务劳势医单卫厂厅历压县双变叶号听员响园圆图场块坛",
                    "來東車馬鳥魚龍門開關飯館藥業華紅麗樂興發財寶蓋萬與書專義鄉買賣亞產親從們眾優會傳體餘俠償兒剋黨蘭養農衝決淨鳳創別劇辦動務勞勢醫單衛廠廳歷壓縣雙變葉號聽員響園圓圖場塊壇")
DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def arguments():
    words = argparse.ArgumentParser()
    words.add_argument("--brands", type=pathlib.Path, required=True)
    words.add_argument("--out", type=pathlib.Path, required=True)
    words.add_argument("--traders", type=int, default=20000)
    words.add_argument("--mentions", type=int, default=6000)
    words.add_argument("--seed", type=int, default=1)
    return words.parse_args()


def credit_code(chance, company):
    """GB 32100: 17 signs and the check sign, mod 31; 91 is an enterprise's, 92 an individual trader's."""
    body = ("91" if company else "92") + "".join(chance.choice("0123456789") for _ in range(6)) + "".join(chance.choice(DIGITS) for _ in range(9))
    rest = sum(DIGITS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body)) % 31
    return body + DIGITS[(31 - rest) % 31]


def trades():
    """Names of GB/T 4754 cut to what stands in a trader's name, and everyday words."""
    out = []
    table = pathlib.Path(__file__).parent.parent / "crates/codes/data/industry.tsv"
    for line in table.read_text().splitlines():
        code, name = line.split("\t")[:2]
        name = re.sub("(零售|批发|服务|制造|加工|活动|业)$", "", name)
        if len(code) == 5 and code[0] in "CFGHILMOPQR" and 2 <= len(name) <= 4 and not re.search("[、其他及和]|未列", name):
            out.append(name)
    return out


class World:
    def __init__(self, given):
        self.chance = random.Random(given.seed)
        names = gzip.open(given.brands, "rt", encoding="utf-8").read().split()
        self.brands = [name for name in names if 2 <= len(name) <= 4 and re.fullmatch("[\u4e00-\u9fff]+", name)]
        self.chance.shuffle(self.brands)
        self.official = trades()
        self.popular = self.brands[: max(20, given.traders // 25)]
        self.seen = set()

    def trade(self):
        chance = self.chance
        return chance.choice(self.official) if chance.random() < 0.25 else chance.choice(EVERYDAY)

    def brand(self):
        chance = self.chance
        if chance.random() < 0.6:
            return self.popular[int(len(self.popular) * chance.random() ** 2)]
        return chance.choice(self.brands)

    def trader(self):
        chance = self.chance
        city = chance.choice(list(CITIES))
        province, districts = CITIES[city]
        district = chance.choice(districts.split())
        one = dict(brand=self.brand(), trade=self.trade(), city=city, province=province, district=district, street=chance.choice(STREETS.split()),
                   number=str(chance.randint(1, 400)), company=chance.random() < 0.45, branch="", alias="")
        place = chance.choice([city, city + "市", province + "省", province + "省" + city + "市"]) if one["company"] else \
            chance.choice([city + "市" + district + "区", district + "区", city + "市", city + district, ""])
        one["form"] = chance.choice(COMPANY if one["company"] else HOUSE)
        one["place"] = place
        if one["company"] and chance.random() < 0.15:
            one["branch"] = chance.choice([one["street"], district]) + chance.choice(["分公司", "分店"])
        if chance.random() < 0.25:
            one["alias"] = self.brand() + chance.choice(EVERYDAY)
        middle = one["brand"] + one["trade"]
        one["name"] = (f"{one['brand']}({city}){one['trade']}{one['form']}" if one["company"] and chance.random() < 0.1 else place + middle + one["form"]) + one["branch"]
        one["address"] = f"{province}省{city}市{district}区{one['street']}{one['number']}号"
        one["code"] = credit_code(chance, one["company"]) if one["company"] or chance.random() < 0.5 else ""
        return one

    def new_trader(self):
        while True:
            one = self.trader()
            if one["name"] not in self.seen:
                self.seen.add(one["name"])
                return one

    def swap(self, word, groups):
        places = [(at, group) for at, letter in enumerate(word) for group in groups if letter in group and len(set(group)) > 1]
        if not places:
            return None
        at, group = self.chance.choice(places)
        return word[:at] + self.chance.choice([letter for letter in group if letter != word[at]]) + word[at + 1:]

    def typo(self, word):
        at = self.chance.randrange(len(word))
        kind = self.chance.random()
        if kind < 0.25 and len(word) >= 3:
            return word[:at] + word[at + 1:]
        if kind < 0.35:
            return word[:at] + word[at] + word[at:]
        return word[:at] + self.chance.choice(self.chance.choice(self.brands)) + word[at + 1:]

    def short(self, trade):
        for end in "店馆行厂城院社铺":
            trade = trade[:-1] if trade.endswith(end) and len(trade) > 2 else trade
        return trade[:2]

    def mention(self, one):
        chance, full = self.chance, one["name"]
        brand, trade, form, branch = one["brand"], one["trade"], one["form"], one["branch"]
        shop = brand + trade + (branch if chance.random() < 0.7 else "")
        kind = chance.choices(["full", "city", "plain", "district", "short", "typo", "heard", "seen", "written", "citybrand", "brand", "alias", "branch"],
                              [20, 15, 15, 8, 8, 6, 6, 3, 6, 5, 4, 3, 1])[0]
        if kind == "city":
            name = one["city"] + (shop if chance.random() < 0.5 else brand + trade + form)
        elif kind == "plain":
            name = shop
        elif kind == "district":
            name = one["district"] + chance.choice(["区", ""]) + shop
        elif kind == "short":
            name = chance.choice(["", one["city"]]) + brand + self.short(trade)
        elif kind in ("typo", "heard", "seen"):
            wrong = self.typo(brand) if kind == "typo" else self.swap(brand, HEARD if kind == "heard" else SEEN)
            if wrong is None:
                return None
            name = chance.choice(["", one["city"], one["place"]]) + wrong + trade + chance.choice([branch, form + branch])
        elif kind == "written":
            way = chance.randrange(4)
            name = full.translate(OLD) if way == 0 else " ".join(full) if way == 1 else full.replace("(", "（").replace(")", "）") + "　" if way == 2 else full.replace("有限公司", "有限责任公司")
        elif kind == "citybrand":
            name = one["city"] + brand
        elif kind == "brand":
            name = brand
        elif kind == "alias":
            if not one["alias"]:
                return None
            name = one["alias"]
        else:
            name = f"{brand}{trade}({one['street']}店)"
            if kind == "branch" and not branch:
                return None
            name = full if kind == "full" else name
        return kind, name, one["code"] if chance.random() < 0.02 else "", self.where(one)

    def where(self, one):
        """Most who complain say where; many not all of it, some wrongly."""
        chance, draw = self.chance, self.chance.random()
        if draw < 0.25:
            return ""
        region = chance.choice([one["city"] + "市" + one["district"] + "区", one["district"] + "区", one["city"] + one["district"], one["province"] + "省" + one["city"] + "市" + one["district"] + "区"])
        if draw < 0.45:
            return region
        number = one["number"] if chance.random() > 0.03 else str(chance.randint(1, 400))
        street = one["street"] + (chance.choice([number + "号", number, number + "-1号"]) if draw > 0.6 else "附近")
        return (region if chance.random() > 0.1 else "") + street


def main():
    given = arguments()
    world = World(given)
    given.out.mkdir(parents=True, exist_ok=True)
    inside = [world.new_trader() for _ in range(given.traders)]
    with open(given.out / "register.tsv", "w", encoding="utf-8") as file:
        for one in inside:
            file.write("\t".join([one["name"], one["code"], one["address"], one["alias"]]) + "\n")
    written = 0
    with open(given.out / "mentions.tsv", "w", encoding="utf-8") as file:
        while written < given.mentions:
            absent = world.chance.random() < 0.25
            at = world.chance.randrange(len(inside))
            one = world.new_trader() if absent else inside[at]
            if absent and world.chance.random() < 0.3:
                # the brand and trade of a trader in the register, in another city
                same = inside[at]
                away = world.chance.choice([city for city in CITIES if city != same["city"]])
                one = dict(one, brand=same["brand"], trade=same["trade"], city=away, province=CITIES[away][0], district=CITIES[away][1].split()[0], place=away)
                one["name"] = away + one["brand"] + one["trade"] + one["form"] + one["branch"]
                if one["name"] in world.seen:
                    continue
            said = world.mention(one)
            if said:
                kind, name, code, address = said
                file.write("\t".join([kind, "" if absent else str(at), name, code, address]) + "\n")
                written += 1


main()
